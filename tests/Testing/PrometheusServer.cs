using System.Collections.Concurrent;
using System.Diagnostics;
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

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly int _targets;
    private readonly ConcurrentQueue<string> _written = new();
    private double? _now;

    private PrometheusServer(DirectoryInfo folder, Process process, Uri address, int targets)
    {
        (_folder, _process, _targets) = (folder, process, targets);
        _client = new() { BaseAddress = address };
        process.OutputDataReceived += (_, line) => _written.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _written.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += KillWithUs;
    }

    /// <summary>One series at one time.</summary>
    public sealed record Sample(IReadOnlyDictionary<string, string> Labels, double Value);

    /// <summary>An observation that leads to a trace.</summary>
    /// <param name="Series">The labels of the series it belongs to, its name among them.</param>
    /// <param name="Labels">Its own labels.</param>
    public sealed record Exemplar(IReadOnlyDictionary<string, string> Series, IReadOnlyDictionary<string, string> Labels);

    /// <summary>What it complained of.</summary>
    public string Written => string.Join('\n', _written);

    /// <summary>Starts it, and returns when it answers.</summary>
    /// <param name="managementAddresses">Where hosts serve <c>/metrics</c>.</param>
    public static async Task<PrometheusServer> StartAsync(params Uri[] managementAddresses)
    {
        ArgumentNullException.ThrowIfNull(managementAddresses);
        var (folder, address) = (Directory.CreateTempSubdirectory("ec-prometheus-"), Loopback.FreeAddress());
        var configuration = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "prometheus.yml")))
            .Replace("scrape_interval: 5s", "scrape_interval: 500ms", StringComparison.Ordinal)
            .Replace("scrape_timeout: 4s", "scrape_timeout: 500ms", StringComparison.Ordinal)
            .Replace("['127.0.0.1:5081']", $"[{string.Join(", ", managementAddresses.Select(target => $"'{target.Authority}'"))}]", StringComparison.Ordinal));
        var start = new ProcessStartInfo("prometheus",
        [
            $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}",
            $"--web.listen-address={address.Authority}", "--enable-feature=exemplar-storage", "--log.level=warn",
        ])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var server = new PrometheusServer(folder, Process.Start(start)!, address, managementAddresses.Length * PagesPerHost);
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
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
        var later = string.Create(CultureInfo.InvariantCulture, $"(timestamp(up) > {now:F3}) and (up == 1)");
        _now = (await Eventually.GetAsync(async () => await QueryAsync(later, null) is { } scraped && scraped.Count == _targets ? scraped : null,
            $"Prometheus has scraped {_targets} targets; it says: {Written}")).Max(target => target.Value);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillWithUs;
        _client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void KillWithUs(object? sender, EventArgs e) => _process.Kill();

    private async Task WaitUntilReadyAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); !await IsReadyAsync(); await Task.Delay(Pause))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Eventually.Deadline)
                throw new XunitException($"Prometheus was not ready in time.\n{Written}");
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await _client.GetAsync("/-/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        using var response = await _client.GetAsync(path);
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
