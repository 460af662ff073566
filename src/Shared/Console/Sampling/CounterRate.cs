namespace Observability.Console.Sampling;

/// <summary>The rate of a counter between its samples.</summary>
internal static class CounterRate
{
    private const double MillisecondsPerSecond = 1000;

    /// <summary>
    /// The increase a second, at the time of the later of two samples. A value below the one before is that of a counter that began again at 0, as
    /// in Prometheus' <c>rate</c>; unlike there nothing is extrapolated to the edges of a window.
    /// </summary>
    public static IEnumerable<(long Time, double PerSecond)> Of(IEnumerable<(long Time, double Value)> samples)
    {
        (long Time, double Value)? before = null;
        foreach (var sample in samples)
        {
            if (before is { } last && sample.Time > last.Time)
            {
                var increase = sample.Value < last.Value ? sample.Value : sample.Value - last.Value;
                yield return (sample.Time, increase * MillisecondsPerSecond / (sample.Time - last.Time));
            }
            before = sample;
        }
    }
}
