namespace Observability.Console.Settings;

/// <summary>The unit of a chart's values.</summary>
public enum ChartUnit
{
    Number,
    PerSecond,
    PerMinute,
    Seconds,
    Bytes,

    /// <summary>From 0 to 1, shown in percent.</summary>
    Share,
}
