using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Observability.Logging;

/// <summary>How log lines leave the process. Levels are beside it, under <c>Logging:LogLevel</c>, and may change while running.</summary>
public sealed class LogOptions
{
    public const string Section = "Logging";

    [Description("How a line is written: `Json`, `Text` for eyes, or `Auto`, which is text in a terminal and JSON elsewhere.")]
    [EnumDataType(typeof(LogFormat))]
    public LogFormat Format { get; set; } = LogFormat.Auto;

    [Description("How many bytes of lines may wait for a slow reader of stdout; what comes after is dropped and counted in `telemetry_dropped_total`.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int QueueBytes { get; set; } = 8 * 1024 * 1024;
}

/// <summary>The shapes of a log line.</summary>
public enum LogFormat
{
    Auto,
    Json,
    Text,
}
