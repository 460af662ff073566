using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// One series of a duration histogram with exemplars. Exemplars are limited to one a second; slow and failed observations always have one.
/// Recording allocates only for an exemplar.
/// </summary>
public sealed class Latency
{
    /// <summary>The duration from which on an observation is slow: the threshold of the latency objective, in seconds.</summary>
    public const double Slow = 0.5;

    private const long ThrottleMilliseconds = 1000;

    private readonly Histogram.Child _series;
    private long _nextExemplar;

    internal Latency(Histogram.Child series) => _series = series;

    /// <param name="seconds">The duration.</param>
    /// <param name="failed">Whether it ended with a server-side failure.</param>
    public void Observe(double seconds, bool failed = false) =>
        _series.Observe(seconds, failed || seconds >= Slow || IsDue() ? SpanExemplars.OfCurrentSpan() : Exemplar.None);

    // Two observations at once may both have an exemplar, which is cheaper than a lock.
    private bool IsDue()
    {
        var now = Environment.TickCount64;
        if (now < _nextExemplar)
            return false;
        _nextExemplar = now + ThrottleMilliseconds;
        return true;
    }
}
