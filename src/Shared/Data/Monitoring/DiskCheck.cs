using System.Globalization;
using ECommerce.Observability.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ECommerce.Data;

/// <summary>
/// Whether there is room on the volume that the host itself fills: the embedded PostgreSQL's, or else that of temporary files. The disk of
/// a server elsewhere is watched there.
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
