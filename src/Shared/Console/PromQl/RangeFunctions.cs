namespace Observability.Console.PromQl;

/// <summary>Functions of the samples within a range, as Prometheus computes them.</summary>
internal static class RangeFunctions
{
    private const double MillisecondsPerSecond = 1000;

    /// <param name="name">The function.</param>
    /// <param name="run">The samples; at least one.</param>
    /// <param name="start">The begin of the range.</param>
    /// <param name="end">Its end.</param>
    /// <returns>The value; null when there are too few samples.</returns>
    public static double? Of(string name, in SampleRun run, long start, long end) => name switch
    {
        "rate" => Extrapolated(run, start, end, isCounter: true, isRate: true),
        "increase" => Extrapolated(run, start, end, isCounter: true, isRate: false),
        "delta" => Extrapolated(run, start, end, isCounter: false, isRate: false),
        "irate" => InstantRate(run),
        "deriv" => Slope(run),
        "changes" => Count(run.Values, static (before, now) => now != before && !(double.IsNaN(now) && double.IsNaN(before))),
        "resets" => Count(run.Values, static (before, now) => now < before),
        "sum_over_time" => Sum(run.Values),
        "avg_over_time" => Sum(run.Values) / run.Count,
        "count_over_time" => run.Count,
        "last_over_time" => run.Values[^1],
        "min_over_time" => Extreme(run.Values, static (value, best) => value < best),
        "max_over_time" => Extreme(run.Values, static (value, best) => value > best),
        _ => throw PromQlException.Lacks(name),
    };

    // The increase between the first sample and the last, extrapolated to the edges of the range where they are near. A counter is never
    // extrapolated below zero. As in Prometheus' promql/functions.go.
    private static double? Extrapolated(in SampleRun run, long start, long end, bool isCounter, bool isRate)
    {
        if (run.Count < 2)
            return null;
        var (times, values) = (run.Times, run.Values);
        var increase = values[^1] - values[0];
        for (var i = 1; isCounter && i < values.Count; i++)
            increase += values[i] < values[i - 1] ? values[i - 1] : 0;

        var toStart = (times[0] - start) / MillisecondsPerSecond;
        var toEnd = (end - times[^1]) / MillisecondsPerSecond;
        var sampled = (times[^1] - times[0]) / MillisecondsPerSecond;
        var between = sampled / (run.Count - 1);
        if (isCounter && increase > 0 && values[0] >= 0)
            toStart = Math.Min(toStart, sampled * (values[0] / increase));

        var near = between * 1.1;
        var length = sampled + (toStart < near ? toStart : between / 2) + (toEnd < near ? toEnd : between / 2);
        var factor = length / sampled;
        return increase * (isRate ? factor / ((end - start) / MillisecondsPerSecond) : factor);
    }

    private static double? InstantRate(in SampleRun run)
    {
        if (run.Count < 2)
            return null;
        var increase = run.Values[^1] < run.Values[^2] ? run.Values[^1] : run.Values[^1] - run.Values[^2];
        return increase / ((run.Times[^1] - run.Times[^2]) / MillisecondsPerSecond);
    }

    // Least squares, with times from the first sample.
    private static double? Slope(in SampleRun run)
    {
        if (run.Count < 2)
            return null;
        double x = 0, y = 0, xy = 0, xx = 0;
        for (var i = 0; i < run.Count; i++)
        {
            var time = (run.Times[i] - run.Times[0]) / MillisecondsPerSecond;
            // From the first value, so that large values with small differences keep their digits.
            var value = run.Values[i] - run.Values[0];
            (x, y, xy, xx) = (x + time, y + value, xy + (time * value), xx + (time * time));
        }
        return (xy - (x * y / run.Count)) / (xx - (x * x / run.Count));
    }

    private static double Count(ArraySegment<double> values, Func<double, double, bool> isCounted)
    {
        var count = 0;
        for (var i = 1; i < values.Count; i++)
            count += isCounted(values[i - 1], values[i]) ? 1 : 0;
        return count;
    }

    // With Kahan's and Neumaier's compensation, as Prometheus.
    private static double Sum(ArraySegment<double> values)
    {
        double sum = 0, lost = 0;
        foreach (var value in values)
        {
            var next = sum + value;
            lost += double.IsInfinity(next) ? 0 : Math.Abs(sum) >= Math.Abs(value) ? sum - next + value : value - next + sum;
            sum = next;
        }
        return double.IsFinite(sum) ? sum + lost : sum;
    }

    private static double Extreme(ArraySegment<double> values, Func<double, double, bool> isBetter)
    {
        var best = values[0];
        foreach (var value in values)
            best = isBetter(value, best) || double.IsNaN(best) ? value : best;
        return best;
    }
}
