using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace ECommerce.Testing;

/// <summary>Keeps every span that ends, by trace. Sources are shared by the hosts of a process, so ask for a trace of your own.</summary>
public sealed class CapturedSpans : BaseProcessor<Activity>
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Activity>> _traces = new(StringComparer.Ordinal);

    /// <summary>Every span so far.</summary>
    public IReadOnlyList<Activity> All => [.. _traces.Values.SelectMany(spans => spans)];

    public IReadOnlyList<Activity> Of(string traceId) => _traces.TryGetValue(traceId, out var spans) ? [.. spans] : [];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _traces.GetOrAdd(data.TraceId.ToHexString(), static _ => new()).Enqueue(data);
    }
}
