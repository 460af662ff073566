using System.Diagnostics;
using ECommerce.Observability;
using ECommerce.Observability.Tracing;
using Microsoft.Extensions.Logging;

namespace ECommerce.Hosting;

/// <summary>
/// Work that comes round: when the host starts, and then at an interval, each time in a trace of its own. A round that fails is told
/// of and followed by the next; it never ends the host.
/// </summary>
public abstract partial class Round(string name, TimeSpan interval, TimeProvider clock, ILoggerFactory loggers)
{
    /// <summary>What its span is called.</summary>
    public string Name => name;

    private ModuleName Module => field ??= ModuleName.Of(GetType());

    private ILogger Log => field ??= loggers.CreateLogger(Module.Source);

    protected abstract Task RunAsync(CancellationToken ct);

    /// <summary>Comes round once. Fails only with a bug of its own.</summary>
    internal async Task ComeAsync(CancellationToken stopping)
    {
        Activity.Current = null;
        using var activity = Traces.Source(Module).StartActivity(name);
        try
        {
            await RunAsync(stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // Whatever it was, it has ended because it was to end.
        }
        catch (Exception failure) when (failure is IAlreadyLogged)
        {
            activity?.Fail(failure);
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            RoundFailed(Log, failure, name);
        }
    }

    /// <summary>Comes round again and again, until it is stopped.</summary>
    internal async Task GoOnAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(interval, clock);
        while (await timer.WaitForNextTickAsync(stopping))
            await ComeAsync(stopping);
    }

    [LoggerMessage(20, LogLevel.Error, "The round '{Round}' failed and will come round again", EventName = "round.failed")]
    private static partial void RoundFailed(ILogger logger, Exception failure, string round);
}
