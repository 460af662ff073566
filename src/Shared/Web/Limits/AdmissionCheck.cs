using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ECommerce.Web;

/// <summary>
/// The health check <c>admission</c>: the share of requests of the last ten seconds that the concurrency limit refused (503). Degraded from
/// a twentieth on, unhealthy from half on. A few refusals among few requests are ignored.
/// </summary>
internal sealed class AdmissionCheck(ConcurrencyLimit places) : IHealthCheck
{
    private const double DegradedShare = 0.05;
    private const double UnhealthyShare = 0.5;
    private const int Few = 20;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (admitted, refused) = places.Recent();
        var share = refused / Math.Max(1d, admitted + refused);
        var status = refused < Few || share < DegradedShare ? HealthStatus.Healthy
            : share < UnhealthyShare ? HealthStatus.Degraded
            : HealthStatus.Unhealthy;
        var message = string.Create(CultureInfo.InvariantCulture,
            $"{refused} of {admitted + refused} requests of the last {ConcurrencyLimit.Seconds} s were refused because all places were taken.");
        return Task.FromResult(new HealthCheckResult(status, message, data: new Dictionary<string, object> { ["admitted"] = admitted, ["refused"] = refused }));
    }
}
