using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Otlp;

/// <summary>How the host exports by OTLP, beyond what the specification's own variables say (section <c>Otlp</c>).</summary>
public sealed class OtlpOptions
{
    public const string Section = "Otlp";

    [Description("How long a batch of spans or log records that the collector did not take is sent again before it is dropped and counted in `telemetry_dropped_total`. What is made meanwhile waits in the queues (`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE`). `00:00:00` sends each batch once.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromMinutes(1);
}
