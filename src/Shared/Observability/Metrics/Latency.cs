using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// One series of durations. Its exemplars are throttled to one a second, except that what somebody will want to look up, the slow and the
/// failed, always leaves one. Recording allocates only for an exemplar.
/// </summary>
public sealed class Latency
{
    /// <summary>From here on an observation is slow: the bound of the shop's latency objective, in seconds.</summary>
    public const double Slow = 0.5;

    private const long ThrottleMilliseconds = 1000;

    private readonly Histogram.Child _series;
    private long _nextExemplar;

    internal Latency(Histogram.Child series) => _series = series;

    /// <param name="seconds">How long it took.</param>
    /// <param name="failed">Whether it was our fault.</param>
    public void Observe(double seconds, bool failed = false) =>
        _series.Observe(seconds, failed || seconds >= Slow || IsDue() ? SpanExemplars.OfCurrentSpan() : Exemplar.None);

    // Two that come at once may both leave one: that is cheaper than keeping them apart.
    private bool IsDue()
    {
        var now = Environment.TickCount64;
        if (now < _nextExemplar)
            return false;
        _nextExemplar = now + ThrottleMilliseconds;
        return true;
    }
}
