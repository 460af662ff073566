using System.Globalization;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// Cursors of the API: the place behind which the next page begins, as text. A record has its sequence number; a trace has the value of the
/// sorted column and its id. A cursor stays valid while records come and go.
/// </summary>
internal static class Cursor
{
    /// <summary>The limit on the length of a cursor.</summary>
    public const int MostCharacters = 64;

    public static string OfSequence(long sequence) => sequence.ToString("x", CultureInfo.InvariantCulture);

    public static bool TryReadSequence(string text, out long sequence) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence) && sequence >= 0;

    public static string OfTrace(long value, TraceKey trace) => string.Create(CultureInfo.InvariantCulture, $"{value:x}.{trace}");

    public static bool TryReadTrace(string text, out (long Value, TraceKey Trace) place)
    {
        place = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !TryReadSequence(text[..dot], out var value) || !TraceKey.TryParse(text.AsSpan(dot + 1), out var trace))
            return false;
        place = (value, trace);
        return true;
    }
}
