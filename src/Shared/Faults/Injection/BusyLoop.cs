using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ECommerce.Faults;

/// <summary>The fault <c>busy_loop</c>: computes on the request's own thread, like a loop over too much data.</summary>
internal static class BusyLoop
{
    private const int Steps = 10_000;

    /// <summary>Computes for the duration, or until the request is cancelled. The work is managed code, so that a profile shows it.</summary>
    /// <returns>The result, so that the compiler keeps the loop.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)] // a profile names it
    public static uint Compute(TimeSpan time, CancellationToken ct)
    {
        var result = 2_166_136_261;
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < time && !ct.IsCancellationRequested;)
        {
            for (var i = 0u; i < Steps; i++)
                result = (result ^ i) * 16_777_619;
        }

        return result;
    }
}
