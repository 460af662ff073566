using System.Diagnostics;

namespace ECommerce.Siege;

/// <summary>An open model: arrivals follow a clock of their own and never wait for the shop.</summary>
internal static class OpenLoop
{
    /// <summary>Lets requests arrive until cancelled; returns when the last of them has ended.</summary>
    /// <param name="gap">The time to the next arrival.</param>
    /// <param name="arriveAsync">One arrival, with its intended start as a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="until">Ends the arrivals.</param>
    public static async Task RunAsync(Func<TimeSpan> gap, Func<long, Task> arriveAsync, CancellationToken until)
    {
        var (started, at, arrivals) = (Stopwatch.GetTimestamp(), TimeSpan.Zero, new List<Task>());
        while (true)
        {
            at += gap();
            await PauseAsync(at - Stopwatch.GetElapsedTime(started), until);
            if (until.IsCancellationRequested)
                break;
            arrivals.Add(arriveAsync(started + (long)(at.TotalSeconds * Stopwatch.Frequency)));
        }

        await Task.WhenAll(arrivals);
    }

    /// <summary>Waits; cancelled, it returns at once and does not throw.</summary>
    public static Task PauseAsync(TimeSpan pause, CancellationToken until) =>
        pause.Ticks > 0 ? Task.Delay(pause, until).ContinueWith(_ => { }, TaskScheduler.Default) : Task.CompletedTask;
}
