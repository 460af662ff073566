using Prometheus;

namespace Observability.Metrics;

/// <summary>What was observed and could not be kept: the difference that explains why two signals disagree.</summary>
public sealed class DroppedSignals(MetricFamilies metrics)
{
    private readonly MetricFamily<Counter.Child> _total = metrics.Counter("telemetry_dropped_total",
        "Observations lost before they left the process. How far logs and traces can be believed.",
        "signal", "reason");

    /// <summary>The count of one kind of loss; resolve it once.</summary>
    public Counter.Child Of(string signal, string reason) => _total.With(signal, reason);
}
