using System.Diagnostics;

namespace Observability.Tests;

/// <summary>Waits for what happens soon, and fails with the reason why it did not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public static Task Sees(Action assertion) => Async(() =>
    {
        assertion();
        return Task.CompletedTask;
    });

    public static Task<T> Sees<T>(Func<T> attempt) => Async(() => Task.FromResult(attempt()));

    public static Task Async(Func<Task> assertion) => Async(async () =>
    {
        await assertion();
        return true;
    });

    public static async Task<T> Async<T>(Func<Task<T>> attempt)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await attempt().WaitAsync(Deadline);
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                await Task.Delay(10);
            }
        }
    }
}
