using Observability.Console.Sampling;

namespace Observability.Console.Tests;

public sealed class SamplingTests
{
    [Fact]
    public void A_series_keeps_changes_alone_and_tells_the_value_of_every_round()
    {
        var series = new SampledSeries();
        for (var round = 10L; round < 1000; round++)
            series.Append(round, round / 100, out _);

        series.Read(0, 999).ShouldBe(Enumerable.Range(10, 990).Select(round => ((long)round, (double)(round / 100))));
        series.Read(450, 453).ShouldBe([(450, 4), (451, 4), (452, 4), (453, 4)]);
        series.Bytes.ShouldBeLessThan(600);
        while (series.RemoveOldest() > 0)
        {
        }
        series.Read(0, 999).Last().ShouldBe((999, 9));
    }

    [Fact]
    public void The_rate_of_a_counter_goes_over_its_resets()
    {
        (long, double)[] samples = [(0, 10), (1000, 12), (3000, 16), (4000, 3), (5000, 3)];

        (long, double)[] rates = [(1000, 2), (3000, 2), (4000, 3), (5000, 0)];
        CounterRate.Of(samples).ShouldBe(rates);
    }

    [Theory]
    [InlineData(0.5, 0.15, 0.1, 0.2)]
    [InlineData(0.1, 0.05, 0, 0.1)]
    [InlineData(0.95, 0.2, 0.2, double.PositiveInfinity)]
    public void A_quantile_of_a_histogram_lies_between_the_bounds_of_its_bucket(double quantile, double value, double lower, double upper)
    {
        (double, double)[] buckets = [(0.1, 20), (0.2, 80), (double.PositiveInfinity, 100)];

        var found = HistogramQuantile.Of(quantile, buckets)!.Value;

        (found.Lower, found.Upper).ShouldBe((lower, upper));
        found.Value.ShouldBe(value, 1e-9);
    }

    [Fact]
    public void A_histogram_without_observations_has_no_quantile() =>
        HistogramQuantile.Of(0.5, [(0.1, 0), (double.PositiveInfinity, 0)]).ShouldBeNull();
}
