using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Otlp;

/// <summary>The settings of the OTLP export beyond the specification's variables (section <c>Otlp</c>).</summary>
public sealed class OtlpOptions
{
    public const string Section = "Otlp";

    [Description("How long the export of a batch is retried before the batch is dropped and counted in `telemetry_dropped_total`. New spans and log records wait in the queues meanwhile (`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE`). `00:00:00` sends each batch once.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromMinutes(1);
}
