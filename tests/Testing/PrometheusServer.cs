using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>
/// A real Prometheus that scrapes hosts of a test, so that a test asks what an operator would ask. Its configuration is the project's own,
/// with other addresses and no time to lose.
/// </summary>
public sealed class PrometheusServer : IAsyncDisposable
{
    private const int PagesPerHost = 2;

    private readonly ServerProcess _server;
    private readonly int _targets;
    private double? _now;

    private PrometheusServer(ServerProcess server, int targets) => (_server, _targets) = (server, targets);

    /// <summary>One series at one time.</summary>
    public sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);

    /// <summary>An observation that leads to a trace.</summary>
    /// <param name="Series">The labels of the series it belongs to, its name among them.</param>
    /// <param name="Labels">Its own labels.</param>
    public sealed record Exemplar(IReadOnlyDictionary<string, string> Series, IReadOnlyDictionary<string, string> Labels);

    /// <summary>What it complained of.</summary>
    public string Written => _server.Written;

    public Uri Address => _server.Address;

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="managementAddresses">Where hosts serve <c>/metrics</c>.</param>
    public static Task<PrometheusServer> StartAsync(params Uri[] managementAddresses)
    {
        ArgumentNullException.ThrowIfNull(managementAddresses);
        return StartAsync(new PrometheusFolder().Scraping("ecommerce", managementAddresses), managementAddresses.Length);
    }

    /// <summary>Starts it on a folder of files, and returns when it answers.</summary>
    /// <param name="files">What it reads; deleted in the end.</param>
    /// <param name="hosts">How many hosts <see cref="ScrapeAsync"/> waits for.</param>
    /// <param name="address">Where it listens; anywhere when null.</param>
    public static async Task<PrometheusServer> StartAsync(PrometheusFolder files, int hosts, Uri? address = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        address ??= Loopback.FreeAddress();
        string[] command =
        [
            "prometheus", $"--config.file={files.Configuration}", $"--storage.tsdb.path={Path.Combine(files.Folder.FullName, "data")}",
            $"--web.listen-address={address.Authority}", "--enable-feature=exemplar-storage", "--log.level=warn",
        ];
        return new(await ServerProcess.StartAsync(files.Folder, address, "/-/ready", command), hosts * PagesPerHost);
    }

    /// <summary>Evaluates an expression at the time of the last <see cref="ScrapeAsync"/>: on a busy machine a later one may have come to nothing.</summary>
    /// <returns>Its series; a scalar is one without labels.</returns>
    public Task<IReadOnlyList<Sample>> QueryAsync(string promql) => QueryAsync(promql, _now);

    private async Task<IReadOnlyList<Sample>> QueryAsync(string promql, double? at)
    {
        var data = await AskAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString(promql)}&time={at:F3}"));
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() == "vector"
            ? [.. result.EnumerateArray().Select(series => new Sample(LabelsOf(series.GetProperty("metric")), ValueOf(series.GetProperty("value"))))]
            : [new Sample(new Dictionary<string, string>(), ValueOf(result))];
    }

    /// <summary>The one value of an expression; 0 where there is no series.</summary>
    public async Task<double> NumberAsync(string promql) => (await QueryAsync(promql)).SingleOrDefault()?.Value ?? 0;

    /// <summary>Whether an expression had a finite value at some second of a stretch of time.</summary>
    public async Task<bool> HadDataAsync(string promql, DateTimeOffset from, DateTimeOffset to)
    {
        var data = await AskAsync($"/api/v1/query_range?query={Uri.EscapeDataString(promql)}&start={from.ToUnixTimeSeconds()}&end={to.ToUnixTimeSeconds()}&step=1");
        return data.GetProperty("result").EnumerateArray()
            .SelectMany(series => series.GetProperty("values").EnumerateArray())
            .Any(value => double.IsFinite(ValueOf(value)));
    }

    /// <summary>Every exemplar of the last hour in the series that the expression names.</summary>
    public async Task<IReadOnlyList<Exemplar>> QueryExemplarsAsync(string promql)
    {
        var now = DateTimeOffset.UtcNow;
        var data = await AskAsync(string.Create(CultureInfo.InvariantCulture,
            $"/api/v1/query_exemplars?query={Uri.EscapeDataString(promql)}&start={now.AddHours(-1).ToUnixTimeSeconds()}&end={now.AddMinutes(1).ToUnixTimeSeconds()}"));
        return
        [
            .. from series in data.EnumerateArray()
               let labels = LabelsOf(series.GetProperty("seriesLabels"))
               from exemplar in series.GetProperty("exemplars").EnumerateArray()
               select new Exemplar(labels, LabelsOf(exemplar.GetProperty("labels"))),
        ];
    }

    /// <summary>Until every target has been scraped once more: what the hosts had counted before is here.</summary>
    public async Task ScrapeAsync()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        // The time of a sample is the time at which its scrape began.
        var later = string.Create(CultureInfo.InvariantCulture, $"(timestamp(up{{job=~\"ecommerce.*\"}}) > {now:F3}) and (up == 1)");
        _now = (await Eventually.GetAsync(async () => await QueryAsync(later, null) is { } scraped && scraped.Count == _targets ? scraped : null,
            $"Prometheus has scraped {_targets} targets; it says: {Written}")).Max(target => target.Value);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task<JsonElement> AskAsync(string path)
    {
        using var response = await _server.Client.GetAsync(path);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return answer.GetProperty("status").GetString() == "success"
            ? answer.GetProperty("data")
            : throw new XunitException($"Prometheus could not answer {Uri.UnescapeDataString(path)}: {answer}");
    }

    private static Dictionary<string, string> LabelsOf(JsonElement labels) =>
        labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);

    private static double ValueOf(JsonElement timeAndValue) => timeAndValue[1].GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var number => double.Parse(number!, CultureInfo.InvariantCulture),
    };
}
