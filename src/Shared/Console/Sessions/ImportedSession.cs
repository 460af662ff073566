using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>A session that was imported, in memory, read-only once it is listed.</summary>
internal sealed class ImportedSession
{
    private readonly Losses _spanLosses = new();
    private readonly Losses _logLosses = new();
    private readonly ImportedMetrics _metrics;

    /// <param name="name">The name by which pages and the API choose the session.</param>
    /// <param name="budget">The most bytes: half of them for spans, a quarter each for log records and metrics.</param>
    /// <param name="about">What the session says about itself.</param>
    public ImportedSession(string name, long budget, SessionAbout about)
    {
        (Name, About) = (name, about);
        (Spans, Logs, _metrics) = (new(budget / 2, about.SpansCompleteSince), new(budget / 4, about.LogsCompleteSince), new(budget / 4));
    }

    public string Name { get; }

    public SessionAbout About { get; }

    public SegmentStore Spans { get; }

    public SegmentStore Logs { get; }

    public IMetricStore Metrics => _metrics;

    public StoreState SpanState => StoreState.Of(Spans, _spanLosses);

    public StoreState LogState => StoreState.Of(Logs, _logLosses);

    /// <summary>The resource of the first document.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource { get; set; } = [];

    /// <summary>The time of the records, in Unix milliseconds.</summary>
    public (long From, long To) Time
    {
        get
        {
            var (from, to) = (long.MaxValue, long.MinValue);
            foreach (var store in new[] { Spans, Logs })
            {
                using var view = store.Read();
                foreach (var segment in view.Segments)
                    (from, to) = (Math.Min(from, segment.Segment.Earliest), Math.Max(to, segment.Segment.Latest));
            }
            return from > to ? (0, 1) : (from / TimeSpan.TicksPerMillisecond, (to / TimeSpan.TicksPerMillisecond) + 1);
        }
    }

    public long Bytes => Spans.Bytes + Logs.Bytes + _metrics.Bytes;

    public long MetricPoints => _metrics.Points;

    public ImportedMetrics Samples => _metrics;

    public void Lost(bool isSpan) => (isSpan ? _spanLosses : _logLosses).Failed();
}

/// <summary>What a session says about itself in <c>about.json</c>.</summary>
/// <param name="Text">The document, at most some KB; empty when there is none.</param>
/// <param name="SpansCompleteSince">In Unix ticks; 0 when it is not known.</param>
/// <param name="LogsCompleteSince">In Unix ticks; 0 when it is not known.</param>
internal sealed record SessionAbout(string Text, long SpansCompleteSince, long LogsCompleteSince)
{
    public static readonly SessionAbout None = new("", 0, 0);
}
