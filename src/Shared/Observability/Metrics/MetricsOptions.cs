using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Metrics;

/// <summary>How far the host's metrics may grow.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    [Description("How many label sets a metric may have; what comes after is counted under `_overflow`.")]
    [Range(1, 1_000_000)]
    public int SeriesPerFamily { get; set; } = 1000;
}
