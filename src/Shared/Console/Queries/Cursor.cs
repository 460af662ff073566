using System.Buffers;
using System.Globalization;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// Cursors of the API: the place behind which the next page begins, as text. A record has its sequence number; a trace has the value of the
/// sorted column, a number or the bytes of a text, and its id. A cursor stays valid while records come and go.
/// </summary>
internal static class Cursor
{
    /// <summary>The limit on the length of a cursor.</summary>
    public const int MostCharacters = 192;

    private const char TextMark = '-';

    public static string OfSequence(long sequence) => sequence.ToString("x", CultureInfo.InvariantCulture);

    public static bool TryReadSequence(string text, out long sequence) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence) && sequence >= 0;

    public static string OfTrace(TracePlace place) => place.Text.Length > 0
        ? $"{TextMark}{Convert.ToHexStringLower(place.Text)}.{place.Trace}"
        : string.Create(CultureInfo.InvariantCulture, $"{place.Number:x}.{place.Trace}");

    public static bool TryReadTrace(string text, out TracePlace place)
    {
        place = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !TraceKey.TryParse(text.AsSpan(dot + 1), out var trace))
            return false;
        if (text[0] == TextMark)
        {
            var bytes = new byte[(dot - 1) / 2];
            place = new(0, bytes, trace);
            return dot % 2 == 1 && bytes.Length is > 0 and <= TracePlace.MostText
                && Convert.FromHexString(text.AsSpan(1, dot - 1), bytes, out _, out _) is OperationStatus.Done;
        }
        if (!TryReadSequence(text[..dot], out var number))
            return false;
        place = new(number, [], trace);
        return true;
    }
}
