using Observability.Console.Sampling;

namespace Observability.Console.Queries;

/// <summary>The times at which a question wants values, and the reading of series at them.</summary>
internal sealed class SeriesGrid
{
    // A value holds until the next sample is due, at the wider resolution.
    private const long Lookback = (MetricStore.CoarseSeconds + 1) * 1000L;

    private readonly MetricQuestion _question;
    private readonly int _before;

    public SeriesGrid(MetricQuestion question)
    {
        _question = question;
        var step = question.Step;
        _before = question.Value == MetricValue.Raw ? 0 : (int)(question.Window / step);
        var first = (question.From + step - 1) / step;
        var count = (int)Math.Clamp((question.To / step) - first + 1, 0, MetricQuestion.MostPoints + 1);
        Times = new long[count];
        for (var i = 0; i < count; i++)
            Times[i] = (first + i) * step;
    }

    public long[] Times { get; }

    /// <summary>The values at the times; NaN where there is none.</summary>
    public double[] Values(IStoredSeries series)
    {
        var values = new double[Times.Length];
        Array.Fill(values, double.NaN);
        if (values.Length == 0)
            return values;
        var i = 0;
        (long Time, double Value)? last = null;
        foreach (var sample in series.Read(Times[0] - Lookback, Times[^1]))
        {
            for (; i < values.Length && Times[i] < sample.Time; i++)
                values[i] = ValueAt(Times[i]);
            last = sample;
        }
        for (; i < values.Length; i++)
            values[i] = ValueAt(Times[i]);
        return values;

        double ValueAt(long time) => last is { } known && time - known.Time < Lookback ? known.Value : double.NaN;
    }

    /// <summary>The increases of a counter in the window before each time, and the seconds in which they happened; NaN where they are not known.</summary>
    public (double[] Increases, double[] Seconds) Increases(IStoredSeries series)
    {
        var (increases, seconds) = (new double[Times.Length], new double[Times.Length]);
        Array.Fill(increases, double.NaN);
        if (Times.Length == 0)
            return (increases, seconds);
        // The sums since the first sample, at each time of the grid and of the window before it.
        var sums = new (long Time, double Sum)?[Times.Length + _before];
        (long Time, double Sum, double Value)? last = null;
        var start = Times[0] - (_before * _question.Step);
        var (i, isBorn) = (0, false);
        foreach (var (time, value) in series.Read(start - Lookback, Times[^1]))
        {
            // A counter that appeared was 0 before, so that its first value is an increase.
            isBorn = isBorn || (last is null && series.BornAt is { } born && time - born < Lookback && time >= born);
            for (; i < sums.Length && start + (i * _question.Step) < time; i++)
                sums[i] = last is { } known ? (known.Time, known.Sum) : null;
            // A counter below its value before began again at 0.
            last = (time, last is { } one ? one.Sum + (value < one.Value ? value : value - one.Value) : isBorn ? value : 0, value);
        }
        for (; i < sums.Length; i++)
            sums[i] = last is { } known ? (known.Time, known.Sum) : null;

        // A window that begins before the first known sample counts from it.
        var first = Array.FindIndex(sums, sum => sum is not null);
        for (var t = 0; t < Times.Length && first >= 0; t++)
        {
            var begin = sums[t] ?? (isBorn ? (start + (t * _question.Step), 0) : sums[first]!.Value);
            if (sums[t + _before] is not { } end || end.Time <= begin.Time || Times[t] - end.Time >= Lookback)
                continue;
            (increases[t], seconds[t]) = (end.Sum - begin.Sum, (end.Time - begin.Time) / 1000d);
        }
        return (increases, seconds);
    }
}
