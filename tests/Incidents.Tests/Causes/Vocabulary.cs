using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>
/// The words of the signals: names of metrics and their labels, of spans and their attributes, events and templates of log lines, types of
/// exceptions. docs/telemetry.md, which is made from the code, has all words of a shop without faults and some of a shop with faults.
/// </summary>
internal sealed partial class Vocabulary
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs/telemetry.md"));
    private static readonly HashSet<string> Declared = [.. Quoted().Matches(Page).Select(word => word.Groups["word"].Value)];
    private static readonly Regex[] DeclaredPatterns = [.. Declared.Where(word => word.Contains('{') || word.Contains('*')).Select(PatternOf)];

    private readonly HashSet<(string Kind, string Word)> _words = [];

    /// <summary>What no shop says that no fault was injected into, and that no page declares.</summary>
    public IEnumerable<string> Unknown() => _words.Where(said => !IsKnown(said.Kind, said.Word)).Select(said => $"{said.Kind}: {said.Word}").Order(StringComparer.Ordinal);

    /// <summary>Reads a page of the host's own metrics. Every host has series of faults at 0, which say that there is none.</summary>
    public void ReadMetrics(string page)
    {
        foreach (Match sample in Samples().Matches(page))
        {
            if (sample.Groups["value"].Value == "0" && ForbiddenWords().IsMatch(sample.Groups["name"].Value))
                continue;
            _words.Add(("metric", sample.Groups["name"].Value));
            foreach (Match label in LabelNames().Matches(sample.Groups["labels"].Value))
                _words.Add(("label", label.Groups["name"].Value));
        }
    }

    /// <summary>Reads a page of the metrics of the runtime and the libraries.</summary>
    public void ReadRuntimeMetrics(string page)
    {
        foreach (Match sample in Samples().Matches(page))
            _words.Add(("runtime", sample.Groups["name"].Value));
    }

    /// <summary>Reads the spans and lines since a moment that the console of a host has kept.</summary>
    public async Task ReadAsync(HttpClient management, DateTimeOffset since)
    {
        await using var body = await management.GetStreamAsync($"/ops/api/export?from={Uri.EscapeDataString(since.ToString("O"))}");
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer);
        using var zip = new ZipArchive(buffer);
        await EachAsync(zip, "traces.json", "resourceSpans", "scopeSpans", "spans", (_, span) =>
        {
            _words.Add(("span", span.GetProperty("name").GetString()!));
            foreach (var (name, value) in AttributesOf(span))
            {
                _words.Add(("attribute", name));
                if (name == "error.type" && value.Contains('.', StringComparison.Ordinal))
                    _words.Add(("exception", value));
            }
        });
        await EachAsync(zip, "logs.json", "resourceLogs", "scopeLogs", "logRecords", (scope, record) =>
        {
            if (record.TryGetProperty("eventName", out var said) && scope.StartsWith("ECommerce.", StringComparison.Ordinal))
                _words.Add(("event", said.GetString()!));
            foreach (var (name, value) in AttributesOf(record))
            {
                if (name == "exception.type")
                    _words.Add(("exception", value));
                else if (name == "template" && scope.StartsWith("ECommerce.", StringComparison.Ordinal))
                    _words.Add(("template", value));
                else if (name is "exception.message" or "exception.stacktrace" && ForbiddenCode().Match(value) is { Success: true } forbidden)
                    _words.Add((name, forbidden.Value));
            }
        });
    }

    private static bool IsKnown(string kind, string word) => !ForbiddenWords().IsMatch(word) && kind switch
    {
        "metric" => Declared.Contains(SeriesSuffix().Replace(word, "")) || Declared.Contains(word),
        "label" => word is "le" or "quantile" || Declared.Contains(word),
        "runtime" => RuntimeFamilies().IsMatch(word),
        // What .NET, the driver and the circuit breaker throw when trouble is real.
        "exception" => word == "ECommerce.Data.DatabaseAwayException" || !word.StartsWith("ECommerce.", StringComparison.Ordinal),
        _ => Declared.Contains(word) || DeclaredPatterns.Any(pattern => pattern.IsMatch(word)),
    };

    private static async Task EachAsync(ZipArchive zip, string file, string resources, string scopes, string records, Action<string, JsonElement> read)
    {
        using var lines = new StreamReader(await zip.GetEntry(file)!.OpenAsync());
        while (await lines.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
                continue;
            foreach (var scope in JsonElement.Parse(line).GetProperty(resources).EnumerateArray().SelectMany(resource => resource.GetProperty(scopes).EnumerateArray()))
            {
                var name = scope.TryGetProperty("scope", out var source) ? source.GetProperty("name").GetString()! : "";
                foreach (var record in scope.GetProperty(records).EnumerateArray())
                    read(name, record);
            }
        }
    }

    private static IEnumerable<(string Name, string Value)> AttributesOf(JsonElement record) => record.TryGetProperty("attributes", out var attributes)
        ? attributes.EnumerateArray().Select(attribute => (attribute.GetProperty("key").GetString()!,
            attribute.GetProperty("value").TryGetProperty("stringValue", out var text) ? text.GetString()! : ""))
        : [];

    private static Regex PatternOf(string word) => new($"^{Regex.Escape(word).Replace(@"\{", "{", StringComparison.Ordinal)
        .Replace("{method}\\ {route}", @"[A-Z]+( /\S*)?", StringComparison.Ordinal)
        .Replace("{operation}\\ {table}", @"[A-Z]+( [a-z_]+\.[a-z_]+)?", StringComparison.Ordinal)
        .Replace("{command}", "[A-Z][A-Za-z]+", StringComparison.Ordinal)
        .Replace("{event}", "[A-Z][A-Za-z]+", StringComparison.Ordinal)
        .Replace("{module}", "[a-z]+", StringComparison.Ordinal)
        .Replace("{round}", "[a-z][A-Za-z]+( [A-Za-z]+)+", StringComparison.Ordinal)
        .Replace(@"\*", "[a-z_.]+", StringComparison.Ordinal)}$");

    // Every name that src/Shared/Faults gives to a signal has this word.
    [GeneratedRegex("(?<!de)fault", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ForbiddenWords();

    [GeneratedRegex(@"Injected|ECommerce\.Faults", RegexOptions.CultureInvariant)]
    private static partial Regex ForbiddenCode();

    // The meters that docs/telemetry.md names, under their names in Prometheus.
    [GeneratedRegex("^(dotnet|http_client|http_server|dns|aspnetcore|kestrel|db_client|target_info)")]
    private static partial Regex RuntimeFamilies();

    [GeneratedRegex("_(bucket|sum|count|created)$")]
    private static partial Regex SeriesSuffix();

    [GeneratedRegex("`(?<word>[^`\n]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>\S+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Samples();

    [GeneratedRegex("""(?<name>[a-zA-Z_]+)="(\\.|[^"\\])*",?""", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelNames();
}
