using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>What an export is made of: the stores of this host, or of an imported session.</summary>
internal sealed record SessionSource(
    SegmentStore Spans, StoreState SpanState, SegmentStore Logs, StoreState LogState, IMetricStore? Metrics, IReadOnlyList<KeyValuePair<string, string>> Resource)
{
    public static SessionSource Of(ImportedSession session) =>
        new(session.Spans, session.SpanState, session.Logs, session.LogState, session.Metrics, session.Resource);
}
