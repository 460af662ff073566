using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>
/// A log entry that writes its own JSON, for lines that many requests write (docs/adr/0019). Other logger providers read its properties as
/// a list and its message by formatting it.
/// </summary>
public interface ILogLine : IReadOnlyList<KeyValuePair<string, object?>>, ISpanFormattable
{
    LogLineDescriptor Shape { get; }

    /// <summary>Writes the line's properties, <c>service</c> and <c>module</c> included, without those that every line has.</summary>
    void WriteProperties(Utf8JsonWriter json);
}

/// <summary>
/// The descriptor of one kind of self-writing log line. It is registered as a service; docs/telemetry.md is generated from all of them.
/// </summary>
/// <param name="Event">The event id, whose name the line carries.</param>
/// <param name="Level">The level in words, since it may depend on the case.</param>
/// <param name="Template">The message template.</param>
/// <param name="Properties">The properties, without those that every line has.</param>
public sealed record LogLineDescriptor(EventId Event, string Level, string Template, IReadOnlyList<string> Properties)
{
    internal JsonEncodedText EncodedEvent { get; } = JsonLine.Encode(Event.Name ?? "");

    internal JsonEncodedText EncodedTemplate { get; } = JsonLine.Encode(Template);
}
