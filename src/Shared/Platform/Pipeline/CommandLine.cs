using System.Collections;
using ECommerce.Observability.Metrics;
using Microsoft.Extensions.Logging;

namespace ECommerce.Platform.Pipeline;

/// <summary>The one log line of a command, query or event: its state for structured sinks, and its sentence for readers.</summary>
internal sealed class CommandLine(CommandInstrument instrument, object request, CommandOutcome outcome, string? code, TimeSpan elapsed)
    : IReadOnlyList<KeyValuePair<string, object?>>
{
    public static readonly EventId Event = new(1, "command.finished");

    public static readonly Func<CommandLine, Exception?, string> Text = static (line, _) => line.ToString();

    private KeyValuePair<string, object?>[]? _properties;

    public int Count => Properties.Length;

    public KeyValuePair<string, object?> this[int index] => Properties[index];

    private KeyValuePair<string, object?>[] Properties => _properties ??=
    [
        new("command", instrument.Name),
        new("kind", instrument.Kind),
        new("outcome", outcome.Text()),
        new("durationMs", elapsed.TotalMilliseconds),
        .. code is null ? Array.Empty<KeyValuePair<string, object?>>() : [new("code", code)],
        .. instrument.IdsOf(request),
        new("{OriginalFormat}", code is null ? "{command} {outcome} in {durationMs} ms" : "{command} {outcome} with {code} in {durationMs} ms"),
    ];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)Properties).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => code is null
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{instrument.Name} {outcome.Text()} in {elapsed.TotalMilliseconds:0.###} ms")
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{instrument.Name} {outcome.Text()} with {code} in {elapsed.TotalMilliseconds:0.###} ms");
}

internal static class CommandOutcomes
{
    /// <summary>The word that label, attribute and log line share.</summary>
    public static string Text(this CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Ok => "ok",
        CommandOutcome.Rejected => "rejected",
        _ => "failed",
    };
}
