using System.Buffers.Binary;
using System.Globalization;

namespace Observability.Console.Storage;

/// <summary>A trace id as two numbers, to be compared and to be found in tables.</summary>
internal readonly record struct TraceKey(ulong High, ulong Low)
{
    public const int Digits = 32;

    public bool IsNone => (High | Low) == 0;

    // Ids are random, unless a peer makes them otherwise: both halves count, and every bit of them moves the upper bits.
    public ulong Hash => ((High * 0x9E3779B97F4A7C15) ^ Low) * 0xC2B2AE3D27D4EB4F;

    public static TraceKey Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[sizeof(ulong)..]));

    /// <summary>Parses 32 hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TraceKey trace)
    {
        trace = default;
        if (text.Length != Digits
            || !ulong.TryParse(text[..(Digits / 2)], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !ulong.TryParse(text[(Digits / 2)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
            return false;
        trace = new(high, low);
        return true;
    }

    public override int GetHashCode() => (int)(Hash >> 32);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{High:x16}{Low:x16}");
}
