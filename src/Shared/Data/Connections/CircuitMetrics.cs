using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Data;

/// <summary>The state of the <see cref="DatabaseCircuit"/>, and what an outage leaves behind.</summary>
public sealed class CircuitMetrics
{
    private readonly Gauge.Child _open;
    private readonly Counter.Child _silent;
    private readonly Counter.Child _unreachable;

    public CircuitMetrics(MetricFamilies metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _open = metrics.Gauge("database_circuit_open",
            "1 while the circuit is open: the server is away and calls are refused at once. Whether 503s come from an absent database.").With();
        var openings = metrics.Counter("database_circuit_openings_total",
            "Times that the circuit has opened, because the server was silent or could not be reached. How often the database goes away.", "reason");
        (_silent, _unreachable) = (openings.With("silent"), openings.With("unreachable"));
        AbandonedCalls = metrics.Gauge("database_calls_abandoned",
            "Calls to the server whose caller no longer waits and whose connection is not closed yet. What an outage leaves behind; 0 a minute after it.").With();
    }

    internal Gauge.Child AbandonedCalls { get; }

    internal void Opened(Absence absence)
    {
        _open.Set(1);
        (absence is Absence.Silent ? _silent : _unreachable).Inc();
    }

    internal void Closed() => _open.Set(0);
}

/// <summary>How a server is away.</summary>
internal enum Absence
{
    /// <summary>It accepts connections, or nothing at all happens, and no answer comes.</summary>
    Silent,

    /// <summary>It refuses connections or breaks them.</summary>
    Unreachable,
}
