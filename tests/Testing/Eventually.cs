using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>
/// Waits for what happens soon: looks again and again until it is so, and gives up after half a minute. One look may take as long itself:
/// a look that never ends fails the test, too.
/// </summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <exception cref="XunitException">It did not become true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        TrueAsync(() => Task.FromResult(condition()), what);

    /// <exception cref="XunitException">It did not become true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        await GetAsync(async () => await condition() ? (object)true : null, what);

    /// <returns>The first answer that is not null.</returns>
    /// <exception cref="XunitException">There was none in time.</exception>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> look, [CallerArgumentExpression(nameof(look))] string what = "")
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (await EndsAsync(look(), what) is { } seen)
                return seen;
            if (Stopwatch.GetElapsedTime(started) > Deadline)
                throw new XunitException($"Not so within {Deadline.TotalSeconds} s: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <returns>The first answer that is not null.</returns>
    /// <exception cref="XunitException">There was none in time.</exception>
    public static Task<T> GetAsync<T>(Func<T?> look, [CallerArgumentExpression(nameof(look))] string what = "") =>
        GetAsync(() => Task.FromResult(look()), what);

    /// <summary>Until the assertion passes; in the end its own failure is what the test reports.</summary>
    public static Task PassesAsync(Action assertion, [CallerArgumentExpression(nameof(assertion))] string what = "") => PassesAsync(() =>
    {
        assertion();
        return Task.CompletedTask;
    }, what);

    /// <summary>Until the assertion passes; in the end its own failure is what the test reports.</summary>
    public static async Task PassesAsync(Func<Task> assertion, [CallerArgumentExpression(nameof(assertion))] string what = "")
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause))
        {
            try
            {
                await EndsAsync(assertion(), what);
                return;
            }
            catch (Exception) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                // Not yet.
            }
        }
    }

    /// <summary>Repeats until the look returns instead of throwing; after the deadline its own exception fails the test.</summary>
    public static Task<T> PassesAsync<T>(Func<T> look, [CallerArgumentExpression(nameof(look))] string what = "") =>
        PassesAsync(() => Task.FromResult(look()), what);

    /// <summary>Repeats until the look returns instead of throwing; after the deadline its own exception fails the test.</summary>
    public static async Task<T> PassesAsync<T>(Func<Task<T>> look, [CallerArgumentExpression(nameof(look))] string what = "")
    {
        T? seen = default;
        await PassesAsync(async Task () => seen = await look(), what);
        return seen!;
    }

    private static async Task EndsAsync(Task look, string what)
    {
        try
        {
            await look.WaitAsync(Deadline);
        }
        catch (TimeoutException) when (!look.IsCompleted)
        {
            throw new XunitException($"A look took more than {Deadline.TotalSeconds} s: {what}");
        }
    }

    private static async Task<T> EndsAsync<T>(Task<T> look, string what)
    {
        await EndsAsync((Task)look, what);
        return await look;
    }
}
