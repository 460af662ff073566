using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Tracing;

/// <summary>The settings of spans kept in memory. Sampling and export have OpenTelemetry's variables.</summary>
public sealed class TracesOptions
{
    public const string Section = "Traces";

    [Description("How many ended spans are kept in memory for `/ops/traces`; 0 keeps none. The default is 10000 in Development and 0 elsewhere.")]
    [Range(0, 1_000_000)]
    public int? Kept { get; set; }

    [Description("The limit on the estimated bytes of the kept spans; the oldest are removed first. `Traces__Kept` limits their number as well.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int KeptBytes { get; set; } = 32 * 1024 * 1024;
}
