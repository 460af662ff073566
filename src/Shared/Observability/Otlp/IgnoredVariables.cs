using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Settings;

namespace Observability.Otlp;

/// <summary>
/// Logs at the start which OpenTelemetry variables are set and have no effect, and gives <see cref="ExportFailures"/> its logger.
/// </summary>
internal sealed partial class IgnoredVariables(
    IConfiguration configuration, ExportFailures failures, ObservabilitySettings settings, ILoggerFactory loggers) : IHostedService
{
    private readonly ILogger _log = loggers.CreateLogger(settings.CategoryOf("Otlp.IgnoredVariables"));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        failures.LogTo(_log);
        foreach (var (name, reason) in OtelVariables.WithoutEffect(configuration))
            Ignored(_log, name, reason);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(61, LogLevel.Warning, "{Variable} is set and has no effect: {Reason}", EventName = "telemetry.variable_ignored")]
    private static partial void Ignored(ILogger logger, string variable, string reason);
}
