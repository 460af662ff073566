namespace Observability.Console.Parts;

/// <summary>A point of a series.</summary>
/// <param name="Time">In Unix milliseconds.</param>
/// <param name="Value">NaN for a gap.</param>
public readonly record struct ChartPoint(long Time, double Value);

/// <summary>A series of a chart.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">In the order of their time.</param>
/// <param name="Colour">1 to 8; 0 for the next one. 4 is the colour of failures, 3 that of success.</param>
/// <param name="Link">Where a click on the legend leads.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<ChartPoint> Points, int Colour = 0, string? Link = null);

/// <summary>Something that happened, as a line across the chart.</summary>
/// <param name="Kind"><c>good</c>, <c>bad</c> or empty.</param>
public sealed record ChartMark(long Time, string Text, string Kind = "", string? Link = null);

/// <summary>A dot with a link, such as an exemplar.</summary>
/// <param name="IsGone">Whether what it leads to is no longer there.</param>
public sealed record ChartDot(long Time, double Value, string Text, string Link, bool IsGone = false);
