using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ECommerce.Topology;

/// <summary>
/// The health check <c>contracts</c>: degraded while the circuit breaker of a module in another host is open. Never unhealthy, since a host
/// that is taken out of traffic does not bring the other module back.
/// </summary>
internal sealed class ContractsCheck(ContractMetrics metrics) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] open = [.. metrics.OpenCircuits];
        return Task.FromResult(open.Length == 0
            ? HealthCheckResult.Healthy("Every module in another host answers.")
            : HealthCheckResult.Degraded($"No answer from: {string.Join(", ", open)}."));
    }
}
