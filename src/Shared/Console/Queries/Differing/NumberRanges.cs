using System.Globalization;

namespace Observability.Console.Queries.Differing;

/// <summary>Ranges for numbers of which there are many: with bounds 1, 2 and 5 of each power of ten, and the same below zero.</summary>
internal static class NumberRanges
{
    private const int LeastPower = -6;
    private const int GreatestPower = 15;

    private static readonly double[] Bounds = BoundsOfRanges();

    /// <summary>The range of a number; null for what is none.</summary>
    public static int? Of(double number)
    {
        if (double.IsNaN(number))
            return null;
        var place = Array.BinarySearch(Bounds, number);
        return place >= 0 ? place + 1 : ~place;
    }

    /// <summary>The range in words.</summary>
    public static string Text(int range) => range == 0 ? $"< {Text(Bounds[0])}"
        : range == Bounds.Length ? $"≥ {Text(Bounds[^1])}" : $"{Text(Bounds[range - 1])} … {Text(Bounds[range])}";

    /// <summary>The terms of a filter that numbers of the range match, behind the name of an attribute.</summary>
    public static string Filter(string attribute, int range) => string.Join(' ', new[]
    {
        range == 0 ? null : $"{attribute}>={Text(Bounds[range - 1])}",
        range == Bounds.Length ? null : $"{attribute}<{Text(Bounds[range])}",
    }.Where(term => term is not null));

    private static string Text(double bound) => bound.ToString("0.######", CultureInfo.InvariantCulture);

    private static double[] BoundsOfRanges()
    {
        List<double> above = [];
        for (var power = LeastPower; power <= GreatestPower; power++)
        {
            foreach (var step in new[] { 1, 2, 5 })
                above.Add(double.Parse($"{step}e{power}", CultureInfo.InvariantCulture));
        }
        return [.. above.AsEnumerable().Reverse().Select(bound => -bound), 0, .. above];
    }
}
