using Prometheus;

namespace Observability.Metrics;

/// <summary>The counter of telemetry that was lost before it left the process. It explains why two signals disagree.</summary>
public sealed class DroppedSignals(MetricFamilies metrics)
{
    private readonly MetricFamily<Counter.Child> _total = metrics.Counter("telemetry_dropped_total",
        "Log lines, spans and log records that were dropped before they left the process, by signal and reason. A rate above zero means that logs or traces are incomplete.",
        "signal", "reason");

    /// <summary>The series of one signal and reason. Resolve it once.</summary>
    public Counter.Child Of(string signal, string reason) => _total.With(signal, reason);
}
