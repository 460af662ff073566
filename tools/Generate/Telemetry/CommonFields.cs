namespace ECommerce.Generate.Telemetry;

/// <summary>The properties that every log line may have.</summary>
internal static class CommonFields
{
    public static readonly string[] All =
    [
        "timestamp", "level", "message", "template", "category", "event", "service", "module", "trace_id", "span_id", "sampled", "request_id", "host",
        "exception.type", "exception.message", "exception.stacktrace", "exception.repetitions",
    ];
}
