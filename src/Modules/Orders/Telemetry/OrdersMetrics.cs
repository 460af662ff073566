using Prometheus;

namespace ECommerce.Orders;

/// <summary>What the business asks of Orders.</summary>
internal sealed class OrdersMetrics(IMetricFactory metrics)
{
    public IMetricFactory Metrics { get; } = metrics;
}
