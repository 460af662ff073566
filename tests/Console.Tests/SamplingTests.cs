using Observability.Console.Sampling;

namespace Observability.Console.Tests;

public sealed class SamplingTests
{
    [Fact]
    public void A_series_keeps_what_is_not_older_than_its_retention_in_bounded_memory()
    {
        var series = new SampledSeries(blockBytes: 256, retention: 900_000);
        for (var second = 0L; second < 24 * 3600; second++)
            series.Append(second * 1000, second % 60);

        var last = ((24 * 3600) - 1) * 1000L;
        series.Read(last - 900_000, last).ShouldBe(Enumerable.Range((24 * 3600) - 901, 901).Select(second => (second * 1000L, (double)(second % 60))));
        series.Read(0, 80_000_000).ShouldBeEmpty("evicted long ago");
        series.Bytes.ShouldBeLessThan(16 * 1024);
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
