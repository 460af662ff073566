using Observability.Metrics;
using Prometheus;

namespace ECommerce.Faults;

/// <summary>The metrics of injected faults.</summary>
internal sealed class FaultMetrics
{
    public FaultMetrics(MetricFamilies metrics, FaultCatalogue catalogue)
    {
        Active = metrics.Gauge("fault_active", "1 while a fault is enabled, by fault and module. Shows whether a problem is injected.", "fault", "module");
        Injections = metrics.Counter(
            "fault_injections_total",
            "Injections of a fault, or units that it has consumed: a connection, a megabyte, a thread, a line, a series, a tenth of a second of a core.",
            "fault", "module");
        Noise = metrics.Counter("fault_noise_total", "Counted by the fault cardinality_explosion, each time with another label value. Shows whether the limit on series holds.", "noise");
        foreach (var kind in catalogue.Kinds)
        {
            foreach (var module in catalogue.ModulesOf(kind))
            {
                Active.With(kind.Name, module);
                Injections.With(kind.Name, module);
            }
        }
    }

    public MetricFamily<Gauge.Child> Active { get; }

    public MetricFamily<Counter.Child> Injections { get; }

    public MetricFamily<Counter.Child> Noise { get; }
}
