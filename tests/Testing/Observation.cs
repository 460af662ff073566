using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Testing;

/// <summary>
/// One request and all that was seen of it: the answer, the spans and log lines of its trace, and what it moved in the metrics, events that
/// followed from it included.
/// </summary>
public sealed class Observation
{
    private readonly JsonObject _document;

    internal Observation(Answer answer, string traceId, IReadOnlyDictionary<string, double> metrics, JsonObject document)
    {
        (Answer, TraceId, Metrics) = (answer, traceId, metrics);
        _document = document;
    }

    public Answer Answer { get; }

    public string TraceId { get; }

    /// <summary>What has grown, by series; nothing that stayed the same.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; }

    /// <summary>Adds something to what a snapshot shows, such as rows: <c>seen.With("orders", await shop.RowsAsync("…"))</c>.</summary>
    public Observation With(string name, object? value)
    {
        _document[name] = JsonSerializer.SerializeToNode(value, JsonSerializerOptions.Web);
        return this;
    }

    internal JsonNode ToJson() => _document.DeepClone();
}
