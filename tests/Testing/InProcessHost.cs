using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Testing;

/// <summary>
/// The real entry point, run inside the test process from its first line to its exit code, on real sockets. (WebApplicationFactory would
/// put its own server under it and cut off what follows the run.) Settings are command-line arguments, so hosts share none.
/// </summary>
internal sealed class InProcessHost : IAsyncDisposable
{
    private static readonly AsyncLocal<HostBuilderObserver?> Starting = new();

    private readonly IHost _host;
    private readonly Task<int> _exit;

    private InProcessHost(IHost host, Task<int> exit)
    {
        (_host, _exit) = (host, exit);
        Addresses = [.. host.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses];
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>Where it listens, in the order in which the host opens its doors.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <param name="settings">By configuration key: <c>Limits:Burst</c>.</param>
    /// <param name="configure">Has the last word on the services.</param>
    public static async Task<InProcessHost> StartAsync(IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection> configure)
    {
        var intruder = new HostBuilderObserver(configure);
        using var subscription = DiagnosticListener.AllListeners.Subscribe(intruder);
        string[] args = [.. settings.Select(setting => $"--{setting.Key}={setting.Value}")];
        // A thread of the host's own: whatever it makes ambient stays with it.
        var exit = Task.Run(async () =>
        {
            Starting.Value = intruder;
            var returned = typeof(Program).Assembly.EntryPoint!.Invoke(null, [args]);
            return returned is Task<int> running ? await running : (int)returned!;
        });

        if (await Task.WhenAny(intruder.Built, exit) == exit)
            throw new InvalidOperationException($"The host ended with {await exit} before it was built: its reason is on stderr.");
        var host = await intruder.Built;
        var started = new TaskCompletionSource();
        using var registration = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(started.SetResult);
        if (await Task.WhenAny(started.Task, exit) == exit)
            throw new InvalidOperationException($"The host ended with {await exit} while it started: its reason is on stderr.");
        return new(host, exit);
    }

    /// <summary>Stops as on SIGTERM, and waits for the end of the entry point.</summary>
    public async ValueTask DisposeAsync()
    {
        _host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await _exit;
    }

    /// <summary>Hears what the generic host announces while it is built, as WebApplicationFactory and EF Core's tools do.</summary>
    private sealed class HostBuilderObserver(Action<IServiceCollection> configure) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        private readonly TaskCompletionSource<IHost> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IHost> Built => _built.Task;

        public void OnNext(DiagnosticListener value)
        {
            // Another host may be starting at the same time.
            if (value.Name == "Microsoft.Extensions.Hosting" && Starting.Value == this)
                value.Subscribe(this);
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
                builder.ConfigureServices(configure);
            else if (value is { Key: "HostBuilt", Value: IHost host })
                _built.TrySetResult(host);
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
