using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Logging;

/// <summary>The settings of log output. Levels are configured under <c>Logging:LogLevel</c> and may change at run time.</summary>
public sealed class LogOptions
{
    public const string Section = "Logging";

    [Description("The format of log lines on stdout: `Json`, `Text`, or `Auto`, which is text in a terminal and JSON elsewhere.")]
    [EnumDataType(typeof(LogFormat))]
    public LogFormat Format { get; set; } = LogFormat.Auto;

    [Description("The size of the queue in front of stdout, in bytes. While it is full, lines are dropped and counted in `telemetry_dropped_total`.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int QueueBytes { get; set; } = 8 * 1024 * 1024;

    [Description("The path of a log file, to which every line is written as JSON in addition to stdout: `shop.log`. It is relative to the working directory and readable by its owner only. Each host needs its own. Without a value no file is written.")]
    [WritableFile]
    public string File { get; set; } = "";

    [Description("The size limit of the log file, in bytes. Before the file exceeds it, the file is renamed to `shop.log.1`, which replaces an earlier one.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int FileBytes { get; set; } = 64 * 1024 * 1024;
}

/// <summary>Validates that a file can be opened for writing, or that there is no value. Validation creates the file.</summary>
internal sealed class WritableFileAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        try
        {
            if (value is string { Length: > 0 } path)
                LogFile.Open(path).Dispose();
            return ValidationResult.Success;
        }
        catch (IOException e)
        {
            return new($"cannot be written: {e.Message}", [validationContext.MemberName!]);
        }
    }
}

/// <summary>The formats of a log line.</summary>
public enum LogFormat
{
    Auto,
    Json,
    Text,
}
