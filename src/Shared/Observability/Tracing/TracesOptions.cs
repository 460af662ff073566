using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Tracing;

/// <summary>What the host itself does with its spans; sampling and export are OpenTelemetry's own variables.</summary>
public sealed class TracesOptions
{
    public const string Section = "Traces";

    [Description("How many ended spans are kept to be looked at under `/ops/traces`; 0 keeps none. 10000 in Development, none elsewhere.")]
    [Range(0, 1_000_000)]
    public int? Kept { get; set; }

    [Description("How many bytes the kept spans may take in memory, by estimate; the oldest leave first. Their number is bounded by `Traces__Kept` besides.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int KeptBytes { get; set; } = 32 * 1024 * 1024;
}
