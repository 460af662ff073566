using Observability.Console.Parts;

namespace Observability.Console.Settings;

/// <summary>What is computed of a metric family.</summary>
public enum FigureValue
{
    /// <summary>The value of a gauge.</summary>
    Value,

    /// <summary>The increase of a counter a second; a minute with <see cref="ChartUnit.PerMinute"/>.</summary>
    Rate,

    /// <summary>The 95th percentile of a histogram.</summary>
    P95,
}

/// <summary>A figure of the overview, made of a metric family.</summary>
/// <param name="Title">What it is called.</param>
/// <param name="Family">The name of the family.</param>
/// <param name="Value">What is computed of it.</param>
/// <param name="Unit">The unit.</param>
public sealed record ConsoleFigure(string Title, string Family, FigureValue Value, ChartUnit Unit)
{
    /// <summary>The label by which its series are told apart; without it they are added up.</summary>
    public string? By { get; init; }

    /// <summary>The labels that its series must have, with their values.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The gauge that is the whole of this one, with the same label <see cref="By"/>: the figure is a share of it.</summary>
    public string? Whole { get; init; }

    /// <summary>What the value is divided by.</summary>
    public double Divisor { get; init; } = 1;

    /// <summary>What stands beside the title.</summary>
    public string? Note { get; init; }
}
