using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>
/// A line that many requests leave. It writes itself as JSON, instead of being taken apart into an event and put together again: docs/adr/0019.
/// As a list it gives the same properties to every other provider, and its message when it is formatted.
/// </summary>
public interface ILogLine : IReadOnlyList<KeyValuePair<string, object?>>, ISpanFormattable
{
    LogLineShape Shape { get; }

    /// <summary>Writes every property of the line but those that all lines have; <c>service</c> and <c>module</c> are among them.</summary>
    void WriteProperties(Utf8JsonWriter json);
}

/// <summary>What all lines of one kind have in common. Registered as a service, so that the page that describes the telemetry is made from it.</summary>
/// <param name="Event">Its event, whose name the line carries.</param>
/// <param name="Level">In words, since it may depend on the case.</param>
/// <param name="Template">The message with its holes.</param>
/// <param name="Properties">What it carries, beside what every line has.</param>
public sealed record LogLineShape(EventId Event, string Level, string Template, IReadOnlyList<string> Properties)
{
    internal JsonEncodedText EncodedEvent { get; } = JsonLine.Encode(Event.Name ?? "");

    internal JsonEncodedText EncodedTemplate { get; } = JsonLine.Encode(Template);
}
