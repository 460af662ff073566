using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The health check <c>database</c>: whether each module's pool reaches a server that answers, runs statements as the module's role, and
/// accepts writes. Its details are for operators.
/// </summary>
internal sealed class DatabaseCheck(ModuleDataSources sources, IEnumerable<ModuleSchema> modules) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        Dictionary<string, object> details = [];
        List<string> troubles = [];
        foreach (var module in modules.Select(module => module.Name))
        {
            try
            {
                var session = await SessionState.OfAsync(sources, module, cancellationToken);
                details[module] = session;
                if (session.ProblemOf(module) is not { } trouble)
                    continue;
                troubles.Add(trouble);
                // A new session takes its role again, and after a failover it may reach the primary.
                sources.Clear(module);
            }
            catch (NpgsqlException failure)
            {
                return HealthCheckResult.Unhealthy($"The database does not answer {module} ({failure.GetType().Name}).", data: details);
            }
        }

        return troubles.Count == 0
            ? HealthCheckResult.Healthy("The database answers every module.", details)
            : HealthCheckResult.Unhealthy(string.Join(" ", troubles), data: details);
    }
}
