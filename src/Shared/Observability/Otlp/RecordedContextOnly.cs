using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace ECommerce.Observability.Otlp;

/// <summary>Takes the trace id off a log record whose span is not kept: an id that leads nowhere helps nobody.</summary>
internal sealed class RecordedContextOnly : BaseProcessor<LogRecord>
{
    public override void OnEnd(LogRecord data)
    {
        if (data.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            return;
        data.TraceId = default;
        data.SpanId = default;
    }
}
