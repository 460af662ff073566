using System.Globalization;
using Observability.Console.Sampling;

namespace Observability.Console.PromQl;

/// <summary>The function <c>histogram_quantile</c>, of classic histograms.</summary>
internal static class HistogramQuantiles
{
    public static List<Sample> Of(double quantile, List<Sample> vector)
    {
        Dictionary<LabelSet, List<(double Bound, double Count)>> histograms = [];
        foreach (var sample in vector)
        {
            if (!double.TryParse(sample.Labels[LabelSet.Bound].Replace("Inf", "Infinity", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var bound))
                continue;
            var labels = sample.Labels.Drop(LabelSet.Name, LabelSet.Bound);
            if (!histograms.TryGetValue(labels, out var buckets))
                histograms.Add(labels, buckets = []);
            buckets.Add((bound, sample.Value));
        }
        return [.. histograms.Select(histogram => new Sample(histogram.Key, Of(quantile, histogram.Value)))];
    }

    private static double Of(double quantile, List<(double Bound, double Count)> buckets)
    {
        if (double.IsNaN(quantile) || quantile is < 0 or > 1)
            return double.IsNaN(quantile) ? double.NaN : quantile < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        // Buckets that are written twice are one, and a count below the one before is an error of rounding or of a scrape in between.
        (double Bound, double Count)[] all =
        [
            .. buckets.GroupBy(bucket => bucket.Bound).OrderBy(group => group.Key).Select(group => (group.Key, group.Sum(bucket => bucket.Count))),
        ];
        for (var i = 1; i < all.Length; i++)
            all[i].Count = all[i].Count < all[i - 1].Count ? all[i - 1].Count : all[i].Count;
        return all.Length >= 2 && double.IsPositiveInfinity(all[^1].Bound) && HistogramQuantile.Of(quantile, all) is { } estimate ? estimate.Value : double.NaN;
    }
}
