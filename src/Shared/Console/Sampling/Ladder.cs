namespace Observability.Console.Sampling;

/// <summary>
/// A code for numbers of which most are near 0: one bit for 0, and for others a prefix that says how many bits follow, the fewer the nearer
/// the number is to 0.
/// </summary>
/// <param name="lastPrefix">The prefix of numbers that no rung takes.</param>
/// <param name="lastPrefixBits">Its length.</param>
/// <param name="lastBits">The bits behind it.</param>
/// <param name="rungs">The prefixes, their lengths and the bits behind them, the shortest first. Each prefix is one bit longer than the one before.</param>
internal sealed class Ladder(int lastPrefix, int lastPrefixBits, int lastBits, params (int Prefix, int PrefixBits, int Bits)[] rungs)
{
    public void Write(BitWriter to, long number)
    {
        if (number == 0)
        {
            to.Write(0, 1);
            return;
        }
        foreach (var (prefix, prefixBits, bits) in rungs)
        {
            var bound = 1L << (bits - 1);
            if (number < -bound || number >= bound)
                continue;
            to.Write((ulong)prefix, prefixBits);
            to.Write((ulong)(number + bound), bits);
            return;
        }
        to.Write((ulong)lastPrefix, lastPrefixBits);
        to.Write(lastBits == 64 ? (ulong)number : (uint)(int)number, lastBits);
    }

    public long Read(BitReader from)
    {
        var ones = 0;
        while (ones <= rungs.Length && from.Read(1) == 1)
            ones++;
        if (ones == 0)
            return 0;
        if (ones > rungs.Length)
            return lastBits == 64 ? (long)from.Read(64) : (int)(uint)from.Read(32);
        var size = rungs[ones - 1].Bits;
        return (long)from.Read(size) - (1L << (size - 1));
    }
}
