using System.Globalization;

namespace Observability.Console.Filtering;

/// <summary>Durations with their unit: <c>250ms</c>, <c>1.5s</c>.</summary>
internal static class DurationUnits
{
    // Longer units first: s is the end of ms.
    private static readonly (string Unit, double Milliseconds)[] Units =
        [("ns", 1e-6), ("us", 1e-3), ("µs", 1e-3), ("μs", 1e-3), ("ms", 1), ("s", 1e3), ("m", 6e4), ("h", 36e5)];

    /// <summary>The duration in milliseconds; null when the text is none.</summary>
    public static double? Parse(string text)
    {
        foreach (var (unit, milliseconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                return double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                    && double.IsFinite(number) ? number * milliseconds : null;
            }
        }
        return null;
    }
}
