using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace ECommerce.Testing;

/// <summary>
/// Keeps every span that ends, by trace, without those of the <see cref="Hop"/>. Sources are shared by the hosts of a process, so ask for a
/// trace of your own.
/// </summary>
public sealed class CapturedSpans : BaseProcessor<Activity>
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Activity>> _traces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ActivitySpanId, Activity> _ids = new();

    /// <summary>Every span so far.</summary>
    public IReadOnlyList<Activity> All => [.. _traces.Values.SelectMany(spans => spans).Where(span => !IsOfHop(span))];

    /// <summary>What the topology adds to a trace; null when it adds nothing.</summary>
    internal Hop? Hop { get; set; }

    public IReadOnlyList<Activity> Of(string traceId) => [.. EverythingOf(traceId).Where(span => !IsOfHop(span))];

    public override void OnEnd(Activity data)
    {
        ArgumentNullException.ThrowIfNull(data);
        // Each host of a fixture listens to the same sources.
        if (_ids.TryAdd(data.SpanId, data))
            _traces.GetOrAdd(data.TraceId.ToHexString(), static _ => new()).Enqueue(data);
    }

    /// <summary>The parent of a span without the hop; null when it is a root or its parent has not ended.</summary>
    internal Activity? ParentOf(Activity span)
    {
        var parent = Parent(span);
        while (parent is not null && IsOfHop(parent))
            parent = Parent(parent);
        return parent;
    }

    /// <summary>Whether the span with that id belongs to the hop.</summary>
    internal bool IsOfHop(string spanId) => _ids.TryGetValue(ActivitySpanId.CreateFromString(spanId), out var span) && IsOfHop(span);

    /// <summary>The ids of the server spans of answered calls in a trace; null for one that has not ended.</summary>
    internal IReadOnlyList<string?> CallsOf(string traceId)
    {
        var spans = EverythingOf(traceId).ToList();
        return
        [
            .. spans.Where(span => Hop.IsAnswered(span) && IsOfHop(span))
                .Select(call => spans.Find(span => span.ParentSpanId == call.SpanId && span.Kind is ActivityKind.Server)?.SpanId.ToHexString()),
        ];
    }

    private bool IsOfHop(Activity span) => Hop?.Holds(span, Parent) == true;

    private Activity? Parent(Activity span) => _ids.GetValueOrDefault(span.ParentSpanId);

    private ConcurrentQueue<Activity> EverythingOf(string traceId) => _traces.GetValueOrDefault(traceId) ?? [];
}
