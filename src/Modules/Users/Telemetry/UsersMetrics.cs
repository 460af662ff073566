using Prometheus;

namespace ECommerce.Users;

/// <summary>What the business asks of Users.</summary>
internal sealed class UsersMetrics(IMetricFactory metrics)
{
    public IMetricFactory Metrics { get; } = metrics;
}
