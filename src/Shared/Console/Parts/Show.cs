using System.Globalization;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>How pages write values: three significant digits, and the unit in which they are read best.</summary>
public static class Show
{
    private static readonly (double Least, double Unit, string Name)[] Durations =
        [(3600, 3600, "h"), (60, 60, "min"), (1, 1, "s"), (1e-3, 1e-3, "ms"), (1e-6, 1e-6, "µs"), (0, 1e-9, "ns")];

    private static readonly string[] ByteUnits = ["B", "KiB", "MiB", "GiB"];

    /// <summary>A duration in seconds.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
            return "–";
        if (seconds == 0)
            return "0 s";
        var (_, unit, name) = Array.Find(Durations, one => Math.Abs(seconds) >= one.Least);
        return $"{Digits(seconds / unit)} {name}";
    }

    /// <summary>A duration in the ticks of the stores.</summary>
    public static string Ticks(long ticks) => Duration((double)ticks / TimeSpan.TicksPerSecond);

    public static string Number(double value) => !double.IsFinite(value) ? "–"
        : value == Math.Floor(value) || Math.Abs(value) >= 1000 ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : Digits(value);

    /// <param name="share">From 0 to 1.</param>
    public static string Percent(double share) => double.IsFinite(share) ? $"{Digits(share * 100)} %" : "–";

    public static string Bytes(double bytes)
    {
        var unit = 0;
        while (Math.Abs(bytes) >= 1024 && unit < ByteUnits.Length - 1)
            (bytes, unit) = (bytes / 1024, unit + 1);
        return double.IsFinite(bytes) ? $"{Digits(bytes)} {ByteUnits[unit]}" : "–";
    }

    /// <summary>A value in a unit of <see cref="ChartUnit"/>.</summary>
    public static string Value(double value, ChartUnit unit) => unit switch
    {
        ChartUnit.Seconds => Duration(value),
        ChartUnit.Bytes => Bytes(value),
        ChartUnit.Share => Percent(value),
        ChartUnit.PerSecond => $"{Number(value)}/s",
        ChartUnit.PerMinute => $"{Number(value)}/min",
        _ => Number(value),
    };

    /// <summary>The time of day.</summary>
    public static string Clock(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Date and time.</summary>
    public static string Time(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The time of day with milliseconds, of the ticks of the stores.</summary>
    public static string ClockOfTicks(long ticks) => DateTimeOffset.UnixEpoch.AddTicks(ticks).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>A number for an SVG attribute.</summary>
    public static string At(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A share of the width or height, for an SVG attribute.</summary>
    public static string PercentAt(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";

    private static string Digits(double value)
    {
        var size = Math.Abs(value);
        return value.ToString(size >= 100 ? "0" : size >= 10 ? "0.#" : size >= 1 ? "0.##" : "0.###", CultureInfo.InvariantCulture);
    }
}
