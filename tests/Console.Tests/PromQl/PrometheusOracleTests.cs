using Observability.Console.PromQl;

namespace Observability.Console.Tests.PromQl;

/// <summary>The evaluator agrees with a real Prometheus that has the same samples.</summary>
[Trait("Category", "Running")]
public sealed class PrometheusOracleTests : IAsyncLifetime
{
    private const long Start = 1_700_000_000_000;
    private const long Now = Start + (40 * 60 * 1000);
    private const double Tolerance = 1e-9;

    // As in the repository's rules, dashboards and runbooks: every construct that they use, and the edges of each.
    private static readonly string[] Expressions =
    [
        "42", "-2 ^ 2", "1 + 2 * 3 - 4 / 8 % 3", "2 ^ 3 ^ 2", "time()", "vector(0.999)", "scalar(vector(3)) > bool 2", "1 == bool 2",
        "requests_total", "requests_total{status=~\"5..\"}", "requests_total{status!~\"5..\", service=\"orders-service\"}", "requests_total{missing=\"\"}",
        "requests_total offset 10m", "{__name__=\"requests_total\", status=\"200\"}", "gone_total",
        "rate(requests_total[5m])", "increase(requests_total[10m])", "irate(requests_total[5m])", "rate(requests_total[1m] offset 5m)",
        "delta(temperature[5m])", "deriv(temperature[5m])", "changes(restarts[30m])", "resets(requests_total[30m])", "increase(restarting_total[20m])",
        "rate(young_total[5m])", "rate(gone_total[30m])", "rate(sparse_total[30m])",
        "sum(rate(requests_total[5m]))", "sum by (service) (rate(requests_total[5m]))", "sum without (status, path) (rate(requests_total[5m]))",
        "avg(temperature)", "avg by (place) (temperature)", "min(temperature)", "max by (place) (temperature)", "count(requests_total)", "count by (__name__) (requests_total)", "group(requests_total)",
        "topk(2, requests_total)", "bottomk(1, temperature)", "topk(1, sum by (service) (requests_total))", "count(count by (path) (requests_total))",
        "sum by (service) (rate(requests_total{status=~\"5..\"}[5m])) / sum by (service) (rate(requests_total[5m]))",
        "sum by (module) (label_replace(rate(requests_total[5m]), \"module\", \"$1\", \"service\", \"(.+?)(?:-service)?\"))",
        "label_replace(temperature, \"where\", \"in $0, ${1}x $$\", \"place\", \"(k.*)\")", "label_replace(temperature, \"place\", \"\", \"place\", \"nothing\")",
        "requests_total > 1000", "requests_total > bool 1000", "1000 < requests_total", "temperature == temperature", "temperature != bool on (place) temperature",
        "temperature > 20 and on (place) temperature < 30", "temperature unless temperature{place=\"kitchen\"}", "temperature unless on () vector(1)", "requests_total{status=\"200\"} or requests_total",
        "sum(rate(requests_total{status=\"none\"}[5m])) or vector(0)", "vector(1) or on () temperature", "0 * temperature",
        "rate(requests_total[5m]) * on (service) group_left (version, team) build_info", "build_info * on (service) group_right (version) requests_total",
        "requests_total / ignoring (status) group_left sum without (status) (requests_total)", "temperature - on (place) temperature", "temperature * ignoring (place) group_left (team) count(temperature)",
        "(time() - temperature) * on (place) group_left (team) temperature", "temperature % 7", "temperature ^ 0.5", "-temperature", "-temperature + 3",
        "histogram_quantile(0.95, sum by (le) (rate(duration_seconds_bucket[5m])))", "histogram_quantile(0.5, rate(duration_seconds_bucket[5m]))",
        "histogram_quantile(0.999, rate(duration_seconds_bucket[5m]))", "histogram_quantile(1.5, duration_seconds_bucket)", "histogram_quantile(0.5, temperature)",
        "absent(nothing{job=\"a\", x=~\"b\"})", "absent(temperature)", "absent(sum(nothing))", "scalar(temperature)", "vector(scalar(max(temperature)))",
        "sum_over_time(temperature[10m])", "avg_over_time(temperature[10m])", "min_over_time(temperature[2m])", "max_over_time(temperature[30m])", "count_over_time(temperature[1m])", "last_over_time(temperature[1h])",
        "max_over_time(sum(max by (place) (temperature))[15m:])", "max_over_time(sum(temperature)[1m:5s])", "rate(sum(requests_total)[10m:1m])", "avg_over_time(rate(requests_total[1m])[10m:30s] offset 3m)",
        "clamp_min(temperature, 21)", "clamp_max(temperature, 21)", "round(temperature)", "round(temperature, 0.25)", "floor(temperature)", "ceil(temperature)", "abs(-temperature)",
        "sum(increase(requests_total[30m])) == 0 and sum(rate(requests_total[30m])) > 0.1 unless on () max(temperature) == 0",
        "min(temperature) / Inf", "temperature > NaN",
    ];

    private readonly MemorySource _source = Samples();
    private PrometheusOracle _oracle = null!;

    public async Task InitializeAsync() => _oracle = await PrometheusOracle.StartAsync(_source.Series);

    public async Task DisposeAsync() => await _oracle.DisposeAsync();

    [Fact]
    public async Task Every_expression_has_the_value_that_Prometheus_gives_it()
    {
        List<string> different = [];
        foreach (var expression in Expressions)
        {
            foreach (var time in new[] { Now, Now - 437_123, Start + 61_000 })
            {
                var expected = (await _oracle.AskAsync(expression, time)).OrderBy(one => one.Labels.ToString(), StringComparer.Ordinal).ToArray();
                var found = Evaluate(expression, time).OrderBy(one => one.Labels.ToString(), StringComparer.Ordinal).ToArray();
                if (!found.Select(one => one.Labels).SequenceEqual(expected.Select(one => one.Labels))
                    || !found.Zip(expected).All(pair => AreEqual(pair.First.Value, pair.Second.Value)))
                    different.Add($"{expression} at {time - Start}: {string.Join(" ", found)} instead of {string.Join(" ", expected)}");
            }
        }
        string.Join("\n", different).ShouldBe("");
    }

    [Fact]
    public async Task Every_expression_has_the_same_values_over_a_time()
    {
        const long step = 47_000;
        List<string> different = [];
        foreach (var expression in Expressions)
        {
            var expected = (await _oracle.AskAsync(expression, Now - 900_001, Now, step)).OrderBy(one => one.Labels.ToString(), StringComparer.Ordinal).ToArray();
            var found = new Evaluation(_source, new(), default).Over(Parser.Parse(expression), Now - 900_001, Now, step)
                .OrderBy(run => run.Labels.ToString(), StringComparer.Ordinal).ToArray();
            if (!found.Select(run => run.Labels).SequenceEqual(expected.Select(one => one.Labels))
                || !found.Zip(expected).All(pair => pair.First.Times.SequenceEqual(pair.Second.Values.Select(value => value.Time))
                    && pair.First.Values.Zip(pair.Second.Values).All(values => AreEqual(values.First, values.Second.Value))))
                different.Add($"{expression}: {string.Join(" ", found.Select(run => $"{run.Labels}={string.Join(",", run.Values)}"))} instead of "
                    + string.Join(" ", expected.Select(one => $"{one.Labels}={string.Join(",", one.Values)}")));
        }
        string.Join("\n", different).ShouldBe("");
    }

    private IEnumerable<(LabelSet Labels, double Value)> Evaluate(string expression, long time) => new Evaluation(_source, new(), default).At(Parser.Parse(expression), time) switch
    {
        double number => [(LabelSet.Empty, number)],
        List<Sample> vector => vector.Select(sample => (sample.Labels, sample.Value)),
        var other => throw new InvalidOperationException($"{other} is no value of an instant."),
    };

    private static bool AreEqual(double one, double other) =>
        one.Equals(other) || Math.Abs(one - other) <= Tolerance * Math.Max(Math.Abs(one), Math.Abs(other));

    private static MemorySource Samples()
    {
        var random = new Random(7);
        var source = new MemorySource();
        foreach (var service in new[] { "orders-service", "users-service", "platform" })
        {
            foreach (var status in new[] { "200", "404", "503" })
                source.Add("requests_total", [("service", service), ("path", $"/{status[0]}"), ("status", status)], Counter(random, 5000, int.MaxValue));
            source.Add("build_info", [("service", service), ("version", $"1.{service.Length}")], Steady(1));
        }
        foreach (var place in new[] { "kitchen", "cellar", "attic" })
            source.Add("temperature", [("place", place)], Every(1000).Select(time => (time, Math.Round(15 + (random.NextDouble() * 20), 2))));
        source.Add("restarting_total", [], Counter(random, 1000, 90));
        source.Add("restarts", [], Every(15_000).Select(time => (time, (double)((time - Start) / 400_000))));
        source.Add("young_total", [], Counter(random, 1000, int.MaxValue).Where(sample => sample.Time > Now - 70_000));
        source.Add("gone_total", [], Counter(random, 1000, int.MaxValue).Where(sample => sample.Time < Now - 500_000));
        source.Add("sparse_total", [], Counter(random, 240_000, int.MaxValue));
        foreach (var (bound, share) in new[] { ("0.1", 1.0), ("0.5", 2), ("1", 2.5), ("+Inf", 3) })
            source.Add("duration_seconds_bucket", [("le", bound)], Every(5000).Select((time, i) => (time, i * share)));
        return source;
    }

    // Many samples are at the very edge of a range; others are a little late, as those of a real clock.
    private static IEnumerable<long> Every(long interval)
    {
        for (var time = Start; time <= Now; time += interval)
            yield return time + (time / interval % 3 == 0 ? time / interval % 5 : 0);
    }

    private static IEnumerable<(long Time, double Value)> Steady(double value) => Every(15_000).Select(time => (time, value));

    private static IEnumerable<(long Time, double Value)> Counter(Random random, long interval, int mostBeforeRestart)
    {
        var count = (double)random.Next(100);
        foreach (var time in Every(interval))
        {
            count += random.Next(10);
            if (count > mostBeforeRestart)
                count = random.Next(5);
            yield return (time, count);
        }
    }
}
