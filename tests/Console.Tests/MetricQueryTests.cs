using System.Globalization;
using Observability.Console.Queries;
using Observability.Console.Sampling;

namespace Observability.Console.Tests;

public sealed class MetricQueryTests
{
    private const long Start = 1_700_000_040_000; // a whole minute, as the points of an answer

    [Fact]
    public void A_rate_goes_over_resets_and_over_the_birth_of_a_series()
    {
        using var store = new MetricStore(1 << 20, 100);
        for (var second = 0; second <= 60; second++)
        {
            // 2 a second, from 0 again at second 30; the second series appears with its first 5 at second 40.
            MetricStoreTests.Sample(store, Start + (second * 1000), string.Create(CultureInfo.InvariantCulture,
                $"# TYPE sales counter\nsales_total{{till=\"1\"}} {(second < 30 ? 1000 : 0) + (2 * (second % 30))}\n") + (second >= 40 ? "sales_total{till=\"2\"} 5\n" : ""));
        }

        var first = Run(store, new("sales_total", MetricValue.Rate, Start + 10_000, Start + 60_000, 10_000) { Conditions = [new("till", "=", "1")] }).ShouldHaveSingleItem();
        first.Points.Select(point => (point.Time, point.Value)).ShouldBe([.. new[] { 10, 20, 30, 40, 50, 60 }.Select(second => (Start + (second * 1000L), second == 30 ? 1.8 : second == 60 ? 1.8 : 2))]);
        var both = Run(store, new("sales_total", MetricValue.Rate, Start + 40_000, Start + 50_000, 10_000) { By = [], Window = 20_000 }).ShouldHaveSingleItem();
        both.Points[^1].Value.ShouldBe(2 + (5 / 20d), 1e-9, "it was 0 before it appeared");
    }

    [Fact]
    public void Quantiles_are_of_the_window_and_have_the_bounds_of_their_bucket()
    {
        using var store = new MetricStore(1 << 20, 100);
        for (var second = 0; second <= 120; second++)
        {
            // A hundred fast ones a second, and from second 61 on slow ones instead.
            var (fast, all) = (100 * Math.Min(second, 60), 100 * second);
            MetricStoreTests.Sample(store, Start + (second * 1000), string.Concat(new[] { "a", "b" }.Select(path =>
                $"# TYPE wait_seconds histogram\nwait_seconds_sum{{path=\"{path}\"}} 1\nwait_seconds_count{{path=\"{path}\"}} {all}\n"
                + $"wait_seconds_bucket{{path=\"{path}\",le=\"0.1\"}} {fast}\nwait_seconds_bucket{{path=\"{path}\",le=\"0.2\"}} {fast}\nwait_seconds_bucket{{path=\"{path}\",le=\"0.8\"}} {all}\nwait_seconds_bucket{{path=\"{path}\",le=\"+Inf\"}} {all}\n")));
        }

        var question = new MetricQuestion("wait_seconds", MetricValue.Of(0.5), Start + 60_000, Start + 120_000, 60_000);
        foreach (var (by, count) in new[] { ((string[]?)null, 2), ([], 1), (["path"], 2) })
        {
            var answers = Run(store, question with { By = by });
            answers.Count.ShouldBe(count);
            foreach (var answer in answers)
                answer.Points.Select(point => (point.Value, point.Lower, point.Upper)).ShouldBe([(0.05, 0, 0.1), (0.5, 0.2, 0.8)]);
        }
    }

    [Fact]
    public void Values_are_added_up_by_labels_and_hold_no_longer_than_their_series()
    {
        using var store = new MetricStore(1 << 20, 100);
        for (var second = 0; second < 90; second++)
            MetricStoreTests.Sample(store, Start + (second * 1000), "# TYPE open gauge\nopen{till=\"1\",floor=\"0\"} 3\n" + (second < 30 ? "open{till=\"2\",floor=\"0\"} 4\nopen{till=\"3\",floor=\"1\"} 5\n" : ""));

        var answers = Run(store, new("open", MetricValue.Raw, Start, Start + 80_000, 60_000) { By = ["floor"] });

        answers.Select(answer => (answer.LabelText, string.Join(' ', answer.Points.Select(point => point.Value)))).ShouldBe([("floor=\"0\"", "7 3"), ("floor=\"1\"", "5")]);
    }

    [Theory]
    [InlineData(60_000, 1000)]
    [InlineData(900_000, 5000)]
    [InlineData(86_400_000, 600_000)]
    public void The_usual_step_makes_some_two_hundred_points(long span, long step) => MetricQuestion.StepFor(Start, Start + span).ShouldBe(step);

    private static List<MetricAnswer> Run(MetricStore store, MetricQuestion question) => [.. new MetricQuery(store).Run(question, 0, 100).Series];
}
