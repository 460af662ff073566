using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Extensions.Logging;
using Observability.Tracing;

namespace ECommerce.Hosting;

/// <summary>
/// A periodic job: runs when the host starts and then at an interval, each time in a trace of its own. A failed run is logged and followed
/// by the next; it never ends the host.
/// </summary>
public abstract partial class PeriodicJob(string name, TimeSpan interval, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>The name of the job, which is that of its span.</summary>
    public string Name => name;

    private ModuleName Module => field ??= ModuleName.Of(GetType());

    private ILogger Log => field ??= loggers.CreateLogger(Module.Source);

    protected abstract Task RunAsync(CancellationToken ct);

    /// <summary>Runs the job once. Exceptions of the job are logged; an exception here is a bug in this class.</summary>
    internal async Task RunOnceAsync(CancellationToken stopping)
    {
        Activity.Current = null;
        using var activity = Traces.Source(Module.Source).StartActivity(name);
        try
        {
            await RunAsync(stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The host stops: whatever the exception was, it is expected.
        }
        catch (Exception failure) when (failure is IAlreadyLogged)
        {
            activity?.Fail(failure);
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            JobFailed(Log, failure, name);
        }
    }

    /// <summary>Runs the job at its interval until it is stopped.</summary>
    internal async Task RunPeriodicallyAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stopping))
            await RunOnceAsync(stopping);
    }

    [LoggerMessage(20, LogLevel.Error, "The round '{Round}' failed and will come round again", EventName = "round.failed")]
    private static partial void JobFailed(ILogger logger, Exception failure, string round);
}
