using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Observability.Health;

namespace ECommerce.Data;

/// <summary>
/// The health check <c>disk</c>: free space on the volume that the host writes to, that of the embedded PostgreSQL or else that of
/// temporary files. The volume of an external server is not checked here.
/// </summary>
internal sealed class DiskCheck(DatabaseServer server, IOptions<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var volume = new DriveInfo(server.EmbeddedFolder ?? Path.GetTempPath());
        var (free, total) = (volume.AvailableFreeSpace, volume.TotalSize);
        var whose = server.EmbeddedFolder is not null ? "PostgreSQL keeps its data" : "temporary files go";
        var message = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB of {total / 1e9:0.0} GB are free where {whose}.");
        var status = free < options.Value.DiskUnhealthyBytes ? HealthStatus.Unhealthy
            : free < options.Value.DiskDegradedBytes ? HealthStatus.Degraded
            : HealthStatus.Healthy;
        return Task.FromResult(new HealthCheckResult(status, message, data: new Dictionary<string, object> { ["freeBytes"] = free, ["totalBytes"] = total }));
    }
}
