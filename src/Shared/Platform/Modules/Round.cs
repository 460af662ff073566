using System.Diagnostics;
using ECommerce.Observability;
using ECommerce.Observability.Tracing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Platform.Modules;

/// <summary>
/// Work that comes round: at once, and then at an interval, each time in a trace of its own. A round that fails is told of and
/// followed by the next; it never ends the host.
/// </summary>
public abstract partial class Round(string name, TimeSpan interval, TimeProvider clock, ILoggerFactory loggers) : BackgroundService
{
    /// <summary>What its span is called.</summary>
    public string Name => name;

    private ModuleName Module => field ??= ModuleName.Of(GetType());

    protected abstract Task RunAsync(CancellationToken ct);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var log = loggers.CreateLogger(Module.Source);
        using var timer = new PeriodicTimer(interval, clock);
        do
        {
            Activity.Current = null;
            using var activity = Traces.Source(Module).StartActivity(name);
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                activity?.Fail(failure);
                RoundFailed(log, failure, name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(20, LogLevel.Error, "The round '{Round}' failed and will come round again", EventName = "round.failed")]
    private static partial void RoundFailed(ILogger logger, Exception failure, string round);
}
