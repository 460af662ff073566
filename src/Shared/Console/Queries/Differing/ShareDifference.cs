namespace Observability.Console.Queries.Differing;

/// <summary>
/// How much two shares differ at least: the lower end of the confidence interval of their difference, by Newcombe's tenth method on Wilson's
/// intervals ("Interval estimation for the difference between independent proportions", Statistics in Medicine 17, 1998). A value that is
/// rare, or of which few traces are known, has a wide interval, and thus never ranks high by chance.
/// </summary>
internal static class ShareDifference
{
    // Four standard errors: of a hundred thousand values that do not differ, about three would seem to.
    private const double Z = 4;

    /// <returns>The difference of <paramref name="one"/> of <paramref name="ofOne"/> and <paramref name="other"/> of <paramref name="ofOther"/> at least; 0 when they may be equal.</returns>
    public static double AtLeast(int one, int ofOne, int other, int ofOther, double z = Z)
    {
        if (ofOne == 0 || ofOther == 0)
            return 0;
        var (high, low) = ((double)one / ofOne, (double)other / ofOther);
        if (high < low)
            return AtLeast(other, ofOther, one, ofOne, z);
        var down = high - Wilson(one, ofOne, -z);
        var up = Wilson(other, ofOther, z) - low;
        return Math.Max(0, high - low - Math.Sqrt((down * down) + (up * up)));
    }

    // The lower end of Wilson's interval for a negative z, the upper end for a positive one.
    private static double Wilson(double count, double of, double z) =>
        ((2 * count) + (z * z) + (z * Math.Sqrt((z * z) + (4 * count * (of - count) / of)))) / (2 * (of + (z * z)));
}
