using Observability.Metrics;
using Prometheus;

namespace ECommerce.Data;

/// <summary>The metrics of the <see cref="DatabaseCircuit"/> and of calls that an outage leaves behind.</summary>
public sealed class CircuitMetrics
{
    private readonly Gauge.Child _open;
    private readonly Counter.Child _silent;
    private readonly Counter.Child _unreachable;

    public CircuitMetrics(MetricFamilies metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _open = metrics.Gauge("database_circuit_open",
            "State of the database circuit breaker: 1 open, 0 closed. While it is open, calls are refused at once and requests answer 503.").With();
        var openings = metrics.Counter("database_circuit_openings_total",
            "Openings of the database circuit breaker, by reason: silent or unreachable. Shows how often the database is unavailable.", "reason");
        (_silent, _unreachable) = (openings.With("silent"), openings.With("unreachable"));
        AbandonedCalls = metrics.Gauge("database_calls_abandoned",
            "Database calls whose caller no longer waits and whose connection is not closed yet. An outage leaves them behind; the number is 0 a minute after it.").With();
    }

    internal Gauge.Child AbandonedCalls { get; }

    internal void Opened(ServerOutage absence)
    {
        _open.Set(1);
        (absence is ServerOutage.Silent ? _silent : _unreachable).Inc();
    }

    internal void Closed() => _open.Set(0);
}

/// <summary>How a database server is unavailable.</summary>
internal enum ServerOutage
{
    /// <summary>The server does not answer, whether or not it accepts connections.</summary>
    Silent,

    /// <summary>The server refuses or breaks connections.</summary>
    Unreachable,
}
