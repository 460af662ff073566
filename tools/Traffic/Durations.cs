using System.Globalization;

namespace ECommerce.Traffic;

/// <summary>Durations as people write them: <c>500ms</c>, <c>60s</c>, <c>5m</c>, <c>1h</c>.</summary>
internal static class Durations
{
    // "ms" stands before "s" and "m", with which it would be mistaken.
    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        foreach (var (unit, milliseconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
                continue;
            if (!double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number * milliseconds > 1e9)
                return false;
            duration = TimeSpan.FromMilliseconds(number * milliseconds);
            return true;
        }

        return false;
    }
}
