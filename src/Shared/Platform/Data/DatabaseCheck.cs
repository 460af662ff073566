using Dapper;
using ECommerce.Platform.Modules;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ECommerce.Platform.Data;

/// <summary>Whether the database answers every module, through that module's own pool and role.</summary>
internal sealed class DatabaseCheck(ModuleDataSources sources, IEnumerable<IModule> modules) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (var module in modules)
        {
            try
            {
                await using var session = await sources.OpenAsync(module.Name, cancellationToken);
                await session.RunAsync(session.Connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: session.Token)));
            }
            catch (NpgsqlException failure)
            {
                return HealthCheckResult.Unhealthy($"The database does not answer {module.Name} ({failure.GetType().Name}).");
            }
        }

        return HealthCheckResult.Healthy("The database answers every module.");
    }
}
