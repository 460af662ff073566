using Prometheus;

namespace ECommerce.Products;

/// <summary>What the business asks of Products.</summary>
internal sealed class ProductsMetrics(IMetricFactory metrics)
{
    public IMetricFactory Metrics { get; } = metrics;
}
