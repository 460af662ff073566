using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Observability.Metrics;
using Observability.Settings;
using Prometheus;

namespace Observability.Health;

/// <summary>
/// The <see cref="IHealthCheckPublisher"/> that exports the status of each check as a metric and logs each change of it. Every probe
/// reports to it; while there are none, the framework's publisher runs the checks periodically.
/// </summary>
internal sealed partial class MetricsHealthCheckPublisher(MetricFamilies metrics, ObservabilitySettings settings, ILoggerFactory loggers) : IHealthCheckPublisher
{
    private readonly ILogger _logger = loggers.CreateLogger(settings.CategoryOf("Health.HealthMirror"));

    private readonly MetricFamily<Gauge.Child> _gauge = metrics.Gauge("health_check_status",
        "Status of a health check: 1 healthy, 0.5 degraded, 0 unhealthy. Shows which dependency fails.", "check");

    private readonly ConcurrentDictionary<string, HealthStatus> _last = new();

    public Gauge.Child Of(string check) => _gauge.With(check);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        Show(report);
        return Task.CompletedTask;
    }

    public void Show(HealthReport report)
    {
        foreach (var (check, entry) in report.Entries)
        {
            var before = _last.TryGetValue(check, out var status) ? status : HealthStatus.Healthy;
            _last[check] = entry.Status;
            Of(check).Set(entry.Status switch
            {
                HealthStatus.Healthy => 1,
                HealthStatus.Degraded => 0.5,
                _ => 0,
            });
            if (before != entry.Status)
                LogChange(entry.Status is HealthStatus.Healthy ? LogLevel.Information : LogLevel.Warning,
                    entry.Exception, check, entry.Status, entry.Description);
        }
    }

    [LoggerMessage(EventId = 2, EventName = "health.changed", Message = "The health check {Check} is now {Health}: {Reason}")]
    private partial void LogChange(LogLevel level, Exception? exception, string check, HealthStatus health, string? reason);
}
