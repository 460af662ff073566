using Observability.Console.Queries;

namespace Observability.Console.Parts;

/// <summary>What <see cref="HeatMap"/> and <see cref="DurationHistogram"/> draw. The type of a parameter has to be public; what it holds has not.</summary>
public sealed class DrawnDurations
{
    internal DrawnDurations(Queries.HeatMap map) => Map = map;

    internal Queries.HeatMap Map { get; }
}

/// <summary>What <see cref="LevelChart"/> draws.</summary>
public sealed class DrawnLevels
{
    internal DrawnLevels(LogCounts counts) => Counts = counts;

    internal LogCounts Counts { get; }
}

/// <summary>What <see cref="Waterfall"/> draws.</summary>
public sealed class DrawnTrace
{
    internal DrawnTrace(TraceTree tree) => Tree = tree;

    internal TraceTree Tree { get; }
}
