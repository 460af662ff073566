using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;
using ECommerce.Observability.Health;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ECommerce.Host;

/// <summary>How the host leaves (section <c>Shutdown</c>).</summary>
internal sealed class ShutdownOptions
{
    [Description("How long the host still serves after readiness has begun to fail, so that who sends traffic can turn away.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    [Description("How long requests in flight and the relays' rows may take to finish.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// The order of leaving. First readiness fails, then the server drains, then the relays and rounds stop, then telemetry is flushed, then
/// PostgreSQL stops: the host stops its services in the reverse order of their registration, and the server is registered last.
/// </summary>
internal sealed class GracefulStop(
    Readiness readiness, IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Disable("The host is stopping.");
        // A host that never opened has no traffic to turn away.
        if (options.Value.DrainDelay > TimeSpan.Zero && lifetime.ApplicationStarted.IsCancellationRequested)
            await Task.Delay(options.Value.DrainDelay, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>
/// Stands between the relays and PostgreSQL in the order of leaving. All signals are flushed at once, so that a collector that does not
/// answer holds the host up only once.
/// </summary>
internal sealed class TelemetryFlush(TracerProvider traces, IEnumerable<LoggerProvider> logs, IEnumerable<MeterProvider> meters) : IHostedService
{
    private const int FlushMilliseconds = 5000;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task flushed = Task.WhenAll(
        [
            Task.Run(() => traces.ForceFlush(FlushMilliseconds), CancellationToken.None),
            .. logs.Select(provider => Task.Run(() => provider.ForceFlush(FlushMilliseconds), CancellationToken.None)),
            // The last reading of the meters is their flush; leaving it to the end would read them twice. It keeps to no time limit.
            .. meters.Select(provider => Task.Run(() => provider.Shutdown(FlushMilliseconds), CancellationToken.None)),
        ]);
        await flushed.WaitAsync(TimeSpan.FromMilliseconds(FlushMilliseconds), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

internal static class GracefulStopRegistration
{
    public static void AddGracefulStop(this IServiceCollection services)
    {
        services.AddSettings<ShutdownOptions>("Shutdown");
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = shutdown.Value.Timeout);
        services.AddHostedService<GracefulStop>();
    }
}
