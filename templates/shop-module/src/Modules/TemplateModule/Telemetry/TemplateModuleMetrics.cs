using Observability.Metrics;
using Prometheus;

namespace ECommerce.TemplateModule;

/// <summary>What the business asks of TemplateModule.</summary>
internal sealed class TemplateModuleMetrics(MetricFamilies metrics)
{
    public Counter.Child Added { get; } =
        metrics.BusinessCounter("templatemodule_added_total", "The number of templatemodule that customers have added, repeated requests not counted.").With();
}
