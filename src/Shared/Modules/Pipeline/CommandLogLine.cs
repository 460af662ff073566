using System.Collections;
using System.Globalization;
using System.Text.Json;
using Observability.Logging;

namespace ECommerce.Modules;

/// <summary>The log line of a command, query or event, with the ids in its properties.</summary>
internal sealed class CommandLogLine(CommandTelemetry instrument, object request, CommandOutcome outcome, string? code, TimeSpan elapsed) : ILogLine
{
    private const string Level = "information; debug for queries, warning for failures";

    public static readonly LogLineDescriptor Ended = new(new(1, "command.finished"), Level,
        "{command} {outcome} in {durationMs} ms", ["command", "kind", "outcome", "durationMs", "service", "module"]);

    public static readonly LogLineDescriptor Refused = new(Ended.Event, Level,
        "{command} {outcome} with {code} in {durationMs} ms", ["command", "kind", "outcome", "durationMs", "code", "service", "module"]);

    public static readonly Func<CommandLogLine, Exception?, string> Text = static (line, _) => line.ToString();

    private KeyValuePair<string, object?>[]? _properties;

    public LogLineDescriptor Shape => code is null ? Ended : Refused;

    public int Count => Properties.Length;

    public KeyValuePair<string, object?> this[int index] => Properties[index];

    private KeyValuePair<string, object?>[] Properties => _properties ??=
    [
        new("command", instrument.Name),
        new("kind", instrument.Kind),
        new("outcome", outcome.Text()),
        new("durationMs", elapsed.TotalMilliseconds),
        .. code is null ? Array.Empty<KeyValuePair<string, object?>>() : [new("code", code)],
        .. instrument.Ids.Select(id => new KeyValuePair<string, object?>(id.Property.Value, id.Of(request))),
        new("{OriginalFormat}", Shape.Template),
    ];

    public void WriteProperties(Utf8JsonWriter json)
    {
        json.WriteString("command"u8, instrument.Name);
        json.WriteString("kind"u8, instrument.Kind);
        json.WriteString("outcome"u8, outcome.Text());
        json.WriteNumber("durationMs"u8, elapsed.TotalMilliseconds);
        if (code is not null)
            json.WriteString("code"u8, code);
        foreach (var id in instrument.Ids)
            json.WriteString(id.Property, id.Of(request));
        json.WriteString("service"u8, instrument.Module.Service);
        json.WriteString("module"u8, instrument.Module.Name);
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{instrument.Name} {Ending} in {elapsed.TotalMilliseconds:0.###} ms", out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) =>
        string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {Ending} in {elapsed.TotalMilliseconds:0.###} ms");

    public override string ToString() => ToString(null, null);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)Properties).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private string Ending => code is null ? outcome.Text() : $"{outcome.Text()} with {code}";
}

internal static class CommandOutcomes
{
    /// <summary>The outcome as a label, an attribute and a log property.</summary>
    public static string Text(this CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Ok => "ok",
        CommandOutcome.Rejected => "rejected",
        _ => "failed",
    };
}
