using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ECommerce.RabbitMq;

/// <summary>The health check <c>broker</c>: degraded while the broker is away, since events wait in the outboxes and no request does.</summary>
internal sealed class BrokerCheck(BrokerConnection connection) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(connection.Session is not null
            ? HealthCheckResult.Healthy("The message broker is connected.")
            : HealthCheckResult.Degraded("The message broker is away. Events wait in the outboxes."));
}
