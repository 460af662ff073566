using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Observability.Otlp;

/// <summary>
/// Logs at the start which OpenTelemetry variables are set and have no effect, and gives <see cref="ExportFailures"/> its logger.
/// </summary>
internal sealed partial class IgnoredVariables(IConfiguration configuration, ExportFailures failures, ILogger<IgnoredVariables> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        failures.LogTo(log);
        foreach (var (name, reason) in OtelVariables.WithoutEffect(configuration))
            Ignored(log, name, reason);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(61, LogLevel.Warning, "{Variable} is set and has no effect: {Reason}", EventName = "telemetry.variable_ignored")]
    private static partial void Ignored(ILogger logger, string variable, string reason);
}
