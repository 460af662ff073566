using Observability.Console.Queries;

namespace Observability.Console.Parts;

/// <summary>What <see cref="HeatMapChart"/> and <see cref="DurationHistogram"/> draw. The type of a parameter has to be public; what it holds has not.</summary>
public sealed class DrawnDurations
{
    internal DrawnDurations(HeatMap map) => Map = map;

    internal HeatMap Map { get; }
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

/// <summary>What <see cref="DifferenceView"/> draws.</summary>
public sealed class DrawnDifference
{
    internal DrawnDifference(Queries.Differing.AttributeDifference attribute) => Attribute = attribute;

    internal Queries.Differing.AttributeDifference Attribute { get; }
}
