using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Observability.Console.PromQl;
using Observability.Console.Sampling;

namespace Observability.Console.Tests.PromQl;

/// <summary>A real Prometheus with given samples: they are written as a block by promtool, so that nothing has to be scraped.</summary>
internal sealed class PrometheusOracle : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder;
    private readonly Process _server;
    private readonly HttpClient _client;

    private PrometheusOracle(DirectoryInfo folder, Process server, HttpClient client) => (_folder, _server, _client) = (folder, server, client);

    public Uri Address => _client.BaseAddress!;

    /// <param name="series">Its samples.</param>
    /// <param name="rules">A file of rules; null for none.</param>
    /// <param name="interval">How often rules are evaluated, and the usual step of a subquery.</param>
    public static async Task<PrometheusOracle> StartAsync(IEnumerable<IStoredSeries> series, string? rules = null, string interval = "15s")
    {
        var folder = Directory.CreateTempSubdirectory("ec-oracle-");
        var samples = Path.Combine(folder.FullName, "samples.txt");
        await File.WriteAllTextAsync(samples, TextOf(series));
        using (var promtool = Start(folder, "promtool", "tsdb", "create-blocks-from", "openmetrics", samples, Path.Combine(folder.FullName, "data")))
        {
            await promtool.WaitForExitAsync();
            promtool.ExitCode.ShouldBe(0, await promtool.StandardError.ReadToEndAsync());
        }
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "rules.yml"), rules ?? "groups: []\n");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "prometheus.yml"), $"global: {{evaluation_interval: {interval}}}\nrule_files: [rules.yml]\n");
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{FreePort()}") };
        var server = Start(folder, "prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=100y",
            $"--web.listen-address={client.BaseAddress.Authority}", "--log.level=error");
        var oracle = new PrometheusOracle(folder, server, client);
        await oracle.WaitAsync();
        return oracle;
    }

    /// <summary>The value of an expression as one line a series, in the order of the lines.</summary>
    public async Task<(LabelSet Labels, double Value)[]> AskAsync(string expression, long time)
    {
        var data = await GetAsync(string.Create(CultureInfo.InvariantCulture, $"/api/v1/query?query={Uri.EscapeDataString(expression)}&time={time / 1000.0:F3}"));
        var result = data.GetProperty("result");
        return data.GetProperty("resultType").GetString() == "scalar"
            ? [(LabelSet.Empty, NumberOf(result[1]))]
            : [.. result.EnumerateArray().Select(one => (LabelsOf(one), NumberOf(one.GetProperty("value")[1])))];
    }

    public async Task<(LabelSet Labels, (long Time, double Value)[] Values)[]> AskAsync(string expression, long first, long last, long step)
    {
        var data = await GetAsync(string.Create(CultureInfo.InvariantCulture,
            $"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={first / 1000.0:F3}&end={last / 1000.0:F3}&step={step / 1000.0:F3}"));
        return [.. data.GetProperty("result").EnumerateArray().Select(one => (LabelsOf(one),
            one.GetProperty("values").EnumerateArray().Select(value => ((long)Math.Round(value[0].GetDouble() * 1000), NumberOf(value[1]))).ToArray()))];
    }

    public async ValueTask DisposeAsync()
    {
        if (!_folder.Exists)
            return;
        _client.Dispose();
        _server.Kill();
        await _server.WaitForExitAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
        _folder.Refresh();
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _client.GetAsync(path);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        return answer.GetProperty("status").GetString() == "success" ? answer.GetProperty("data") : throw new InvalidOperationException($"{path}: {answer}");
    }

    private async Task WaitAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(50)))
        {
            try
            {
                using var response = await _client.GetAsync("/-/ready");
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (Stopwatch.GetElapsedTime(started) < Deadline)
            {
                continue;
            }
            (Stopwatch.GetElapsedTime(started) < Deadline).ShouldBeTrue("Prometheus was not ready in time.");
        }
    }

    private static Process Start(DirectoryInfo folder, params string[] words) => Process.Start(new ProcessStartInfo(words[0], words[1..])
    {
        WorkingDirectory = folder.FullName,
        RedirectStandardError = words[0] == "promtool",
        RedirectStandardOutput = words[0] == "promtool",
    })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Families are gauges: the text format would ask a counter for a name that ends in _total, and Prometheus stores no type anyway.
    private static string TextOf(IEnumerable<IStoredSeries> series)
    {
        var text = new StringBuilder();
        foreach (var family in series.GroupBy(one => one.Name))
        {
            foreach (var one in family)
            {
                foreach (var (time, value) in one.Read(0, long.MaxValue))
                {
                    text.Append(family.Key).Append('{').AppendJoin(',', one.Labels.Select(label => $"{label.Key}=\"{label.Value}\""))
                        .Append(CultureInfo.InvariantCulture, $"}} {value:R} {time / 1000.0:F3}\n");
                }
            }
        }
        return text.Append("# EOF\n").ToString();
    }

    private static LabelSet LabelsOf(JsonElement series) =>
        LabelSet.Of(series.GetProperty("metric").EnumerateObject().Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!)));

    private static double NumberOf(JsonElement number) => number.GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.Parse(text!, CultureInfo.InvariantCulture),
    };
}
