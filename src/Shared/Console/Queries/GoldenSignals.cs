using Observability.Console.Sampling;
using Observability.Console.Settings;

namespace Observability.Console.Queries;

/// <summary>The golden signals of a module at a time.</summary>
/// <param name="Time">In Unix milliseconds.</param>
/// <param name="Rate">Requests a second.</param>
/// <param name="Failures">Failed requests a second.</param>
/// <param name="P50">Half of the requests took less, in seconds; NaN without requests.</param>
/// <param name="P95">The 95th percentile.</param>
/// <param name="P99">The 99th percentile.</param>
internal readonly record struct SignalPoint(long Time, double Rate, double Failures, double P50, double P95, double P99)
{
    /// <summary>The share of requests that failed; NaN without requests.</summary>
    public double FailureRatio => Rate > 0 ? Failures / Rate : double.NaN;
}

/// <summary>The golden signals of a module over time.</summary>
internal sealed record ModuleSignals(string Module, IReadOnlyList<SignalPoint> Points);

/// <summary>
/// Rate, failures and durations of each module over time. Points of the past do not change, so that each is computed once for all who look.
/// </summary>
internal sealed class GoldenSignals(IMetricStore store, ConsoleSettings settings)
{
    // Durations of few requests leap about: what a point tells is of at least this time.
    private const long LeastWindow = 10_000;
    private const int MostModules = 50;
    private static readonly double[] Quantiles = [0.5, 0.95, 0.99];

    private readonly Lock _lock = new();
    private readonly Dictionary<long, SortedDictionary<long, Dictionary<string, SignalPoint>>> _known = [];

    /// <summary>The modules in the order of their names.</summary>
    /// <param name="from">The first time in Unix milliseconds.</param>
    /// <param name="to">The last time.</param>
    /// <param name="step">The time between two points.</param>
    public IReadOnlyList<ModuleSignals> Read(long from, long to, long step)
    {
        var until = Math.Min(to, store.LastSample);
        lock (_lock)
        {
            if (!_known.TryGetValue(step, out var known))
                _known[step] = known = [];
            Add(known, new SeriesGrid(QuestionOf(from, until, step)).Times, step);
            var points = known.Where(one => one.Key >= from && one.Key <= until).ToList();
            return
            [
                .. points.SelectMany(one => one.Value.Keys).Distinct().Order(StringComparer.Ordinal)
                    .Select(module => new ModuleSignals(module, [.. points.Where(one => one.Value.ContainsKey(module)).Select(one => one.Value[module])])),
            ];
        }
    }

    private static MetricQuestion QuestionOf(long from, long to, long step) => new("", MetricValue.Rate, from, to, step) { Window = LeastWindow };

    private void Add(SortedDictionary<long, Dictionary<string, SignalPoint>> known, long[] times, long step)
    {
        long[] missing = [.. times.Where(time => !known.ContainsKey(time))];
        if (missing.Length == 0)
            return;
        var grid = new SeriesGrid(QuestionOf(missing[0], missing[^1], step));
        foreach (var time in grid.Times)
            known[time] = [];
        foreach (var (module, points) in Compute(grid).Take(MostModules))
        {
            foreach (var point in points)
                known[point.Time][module] = point;
        }
        while (known.Count > MetricQuestion.MostPoints)
            known.Remove(known.Keys.First());
    }

    private IEnumerable<(string Module, SignalPoint[] Points)> Compute(SeriesGrid grid)
    {
        var names = settings.Signals;
        var requests = store.Select(names.Requests, []).ToLookup(ModuleOf);
        var failures = store.Select(names.Requests, [new(names.OutcomeLabel, "=~", names.Failure)]).ToLookup(ModuleOf);
        var buckets = store.Select(names.Durations + "_bucket", []).ToLookup(ModuleOf);
        foreach (var module in requests.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var (rates, failed) = (Rates(grid, module), Rates(grid, failures[module.Key]));
            var durations = new BucketSums(grid, buckets[module.Key]);
            yield return (module.Key, [.. grid.Times.Select((time, i) => new SignalPoint(time, rates[i], failed[i], At(i, 0), At(i, 1), At(i, 2)))]);

            double At(int place, int quantile) => durations.QuantileAt(place, Quantiles[quantile])?.Value ?? double.NaN;
        }
    }

    private static double[] Rates(SeriesGrid grid, IEnumerable<IStoredSeries> members)
    {
        var sums = new double[grid.Times.Length];
        foreach (var member in members)
        {
            var (increases, seconds) = grid.Increases(member);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += seconds[i] > 0 ? increases[i] / seconds[i] : 0;
        }
        return sums;
    }

    private string ModuleOf(IStoredSeries series) => settings.Signals.ModuleOf(LabelMatching.ValueOf(series.Labels, settings.Signals.ModuleLabel));
}
