using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Fuzz.Requests;
using ECommerce.Testing;

namespace ECommerce.Fuzz.Judging;

/// <summary>What a host says of itself at one moment, to be compared with what its caller knows.</summary>
internal sealed partial class Scrape
{
    private readonly Metrics _metrics;
    private readonly string _text;

    private Scrape(Metrics metrics, string text) => (_metrics, _text) = (metrics, text);

    public double MemoryMegabytes => Math.Round(_metrics["process_resident_memory_bytes"] / 1024 / 1024);

    public double Threads => _metrics["process_threads"];

    /// <summary>Requests by status, all routes together.</summary>
    public IReadOnlyDictionary<int, long> Requests => _metrics.Values
        .Where(series => series.Key.StartsWith("http_requests_total{", StringComparison.Ordinal))
        .GroupBy(series => int.Parse(Status().Match(series.Key).Groups[1].Value, CultureInfo.InvariantCulture), series => (long)series.Value)
        .ToDictionary(group => group.Key, group => group.Sum());

    /// <exception cref="FormatException">A line of it is no sample.</exception>
    public static async Task<Scrape> OfAsync(HttpClient management)
    {
        var text = await management.GetStringAsync("/metrics");
        var runtime = await management.GetStringAsync("/metrics/runtime");
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        ask.Headers.TryAddWithoutValidation("Accept", "application/openmetrics-text; version=1.0.0");
        using var answer = await management.SendAsync(ask);
        return Parse(text, runtime, await answer.Content.ReadAsStringAsync());
    }

    /// <param name="text">The shop's page, whose samples are read.</param>
    /// <param name="others">Other pages and formats, in which only what was planted is looked for.</param>
    public static Scrape Parse(string text, params string[] others) => new(Metrics.Parse(text), string.Join('\n', [text, .. others]));

    public IEnumerable<Breach> Look()
    {
        if (_text.IndexOf(Markers.Any, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            yield return new("nothing planted in a metric", _text.Substring(Math.Max(0, at - 100), Math.Min(200, _text.Length - Math.Max(0, at - 100))));
        foreach (var (series, limit) in _metrics.Values.Where(series => series.Key.StartsWith("telemetry_series_limit{", StringComparison.Ordinal)))
        {
            var live = _metrics[series.Replace("telemetry_series_limit{", "telemetry_series{", StringComparison.Ordinal)];
            if (live >= limit)
                yield return new("series are bounded", $"{series}: {live} of {limit}");
        }

        foreach (var name in _metrics.Values.Keys.Where(series => series.Contains("\"_overflow\"", StringComparison.Ordinal)).Take(1))
            yield return new("series are bounded", name);
    }

    /// <summary>The shop has counted what its only caller has, by status; each of those that hung up once at most, under any.</summary>
    /// <param name="before">A scrape before the first request of that caller.</param>
    /// <param name="sent">What came back, by status.</param>
    /// <param name="hungUp">Those to whom nothing came back, because they had hung up.</param>
    public IEnumerable<Breach> Compare(Scrape before, IReadOnlyDictionary<int, long> sent, long hungUp)
    {
        var more = 0L;
        foreach (var status in Requests.Keys.Union(before.Requests.Keys).Union(sent.Keys).Order())
        {
            var counted = Requests.GetValueOrDefault(status) - before.Requests.GetValueOrDefault(status);
            more += counted - sent.GetValueOrDefault(status);
            if (counted < sent.GetValueOrDefault(status) || (hungUp == 0 && counted > sent.GetValueOrDefault(status)))
                yield return new("counts agree", string.Create(CultureInfo.InvariantCulture, $"{status}: the shop has counted {counted}, its caller {sent.GetValueOrDefault(status)}"));
        }

        // Who has hung up does not know whether the shop has met a request or its server a broken one.
        if (more > hungUp)
            yield return new("counts agree", string.Create(CultureInfo.InvariantCulture, $"the shop has counted {more} more than were answered, and {hungUp} had hung up"));
    }

    [GeneratedRegex("status=\"([0-9]+)\"")]
    private static partial Regex Status();
}
