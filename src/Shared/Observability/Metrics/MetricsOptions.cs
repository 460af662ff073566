using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Metrics;

/// <summary>The limits on the host's metrics.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    [Description("The limit on the label sets of a metric family. Observations with further label sets are counted under `_overflow`.")]
    [Range(1, 1_000_000)]
    public int SeriesPerFamily { get; set; } = 1000;
}
