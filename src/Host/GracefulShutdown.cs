using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;
using Microsoft.Extensions.Options;
using Observability.Health;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ECommerce.Host;

/// <summary>The settings of the shutdown (section <c>Shutdown</c>).</summary>
internal sealed class ShutdownOptions
{
    [Description("How long the host still serves after readiness has begun to fail, so that load balancers can stop sending traffic.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainDelay { get; set; } = TimeSpan.Zero;

    [Description("The time limit for requests in flight and for the relays' current rows.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>
/// The graceful shutdown, in this order: readiness fails, the server drains, relays and periodic jobs stop, telemetry is flushed,
/// PostgreSQL stops. The host stops its services in the reverse order of their registration, and the server is registered last.
/// </summary>
internal sealed class GracefulShutdown(
    Readiness readiness, IHostApplicationLifetime lifetime, IOptions<ShutdownOptions> options, TimeProvider clock) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Disable("The host is stopping.");
        // A host that never opened has no traffic to drain.
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
/// A hosted service between the relays and PostgreSQL in the order of shutdown. It flushes all signals at once, so that a collector that
/// does not answer delays the shutdown only once.
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
            // The last reading of the meters is their flush; a flush on dispose would read them twice. It has no time limit.
            .. meters.Select(provider => Task.Run(() => provider.Shutdown(FlushMilliseconds), CancellationToken.None)),
        ]);
        await flushed.WaitAsync(TimeSpan.FromMilliseconds(FlushMilliseconds), CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}

internal static class GracefulShutdownRegistration
{
    public static void AddGracefulShutdown(this IServiceCollection services)
    {
        services.AddSettings<ShutdownOptions>("Shutdown");
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = shutdown.Value.Timeout);
        services.AddHostedService<GracefulShutdown>();
    }
}
