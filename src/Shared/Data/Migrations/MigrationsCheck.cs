using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The health check <c>migrations</c>: whether every script of every module has run. Some are missing after a restore from an older backup.
/// Scripts that only a newer host knows are ignored, since migrations are compatible with the previous version.
/// </summary>
internal sealed class MigrationsCheck(ModuleDataSources sources, IEnumerable<ModuleSchema> modules) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (var module in modules)
        {
            try
            {
                var missing = await sources.RunAsync(module.Name, session => Migrator.MissingAsync(session.Connection, module, session.Token), cancellationToken);
                if (missing.Count > 0)
                    return HealthCheckResult.Unhealthy($"Not all migrations of {module.Name} have run: {string.Join(", ", missing)}. Start the host anew to run them.");
            }
            catch (NpgsqlException failure)
            {
                return HealthCheckResult.Unhealthy($"Which migrations of {module.Name} have run cannot be asked ({failure.GetType().Name}).");
            }
        }

        return HealthCheckResult.Healthy("Every migration has run.");
    }
}
