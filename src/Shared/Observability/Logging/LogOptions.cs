using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Logging;

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

    [Description("A file to which every line is written as JSON, beside stdout: `shop.log`. Relative to the working directory, readable by its owner only, one for each host. Without a value there is none.")]
    [WritableFile]
    public string File { get; set; } = "";

    [Description("How large that file may become, in bytes. Before it outgrows them it is moved to `shop.log.1`, and the one that was there is deleted.")]
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int FileBytes { get; set; } = 64 * 1024 * 1024;
}

/// <summary>A file that can be opened for writing, or no value. Looking makes the file.</summary>
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

/// <summary>The shapes of a log line.</summary>
public enum LogFormat
{
    Auto,
    Json,
    Text,
}
