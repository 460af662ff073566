using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Faults;

/// <summary>Which trouble is on purpose.</summary>
internal sealed class FaultMetrics
{
    public FaultMetrics(MetricFamilies metrics, FaultCatalogue catalogue)
    {
        Active = metrics.Gauge("fault_active", "1 while a fault is switched on. Whether trouble is an exercise.", "fault", "module");
        Injections = metrics.Counter(
            "fault_injections_total",
            "How often a fault has struck, or how much it has taken: a connection, a megabyte, a thread, a line, a series, a tenth of a second of a core.",
            "fault", "module");
        Noise = metrics.Counter("fault_noise_total", "What cardinality_explosion counts, each time under another label. Whether the guard of series holds.", "noise");
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
