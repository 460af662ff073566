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
    /// <summary>The attribute of the span of a run that was skipped, because another host ran the job at that moment.</summary>
    internal const string Elsewhere = "app.round.elsewhere";

    /// <summary>The name of the job, which is that of its span.</summary>
    public string Name => name;

    private ModuleName Module => field ??= ModuleName.Of(GetType());

    private ILogger Log => field ??= loggers.CreateLogger(Module.Source);

    protected abstract Task RunAsync(CancellationToken ct);

    /// <summary>Runs the job once. Exceptions of the job are logged; an exception here is a bug in this class.</summary>
    /// <param name="turns">The lock of a job that runs on one host at a time; null for a job of every host.</param>
    /// <param name="stopping">Cancels the run.</param>
    internal async Task RunOnceAsync(IJobLock? turns, CancellationToken stopping)
    {
        Activity.Current = null;
        using var activity = Traces.Source(Module.Source).StartActivity(name);
        try
        {
            if (turns is null)
                await RunAsync(stopping);
            else if (!await turns.TryRunAsync(Module, name, () => RunAsync(stopping), stopping))
                Skip(activity);
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
    internal async Task RunPeriodicallyAsync(IJobLock? turns, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stopping))
            await RunOnceAsync(turns, stopping);
    }

    private void Skip(Activity? activity)
    {
        activity?.SetTag(Elsewhere, true);
        JobElsewhere(Log, name);
    }

    [LoggerMessage(20, LogLevel.Error, "The round '{Round}' failed and will come round again", EventName = "round.failed")]
    private static partial void JobFailed(ILogger logger, Exception failure, string round);

    [LoggerMessage(21, LogLevel.Debug, "The round '{Round}' was skipped: another host runs it", EventName = "round.skipped")]
    private static partial void JobElsewhere(ILogger logger, string round);
}
