using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Observability.Console.Sampling;
using Observability.Console.Sessions;

namespace Observability.Console.Tests;

/// <summary>Export of what a host keeps, and its import by another.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class SessionTests
{
    private static readonly string[] Entries = ["traces.json", "logs.json", "metrics.json", "about.json"];

    [Fact]
    public async Task An_export_opens_again_with_the_same_records()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 20; i++)
            await host.SellAsync(i);
        host.Recorder.Record(Given.Span("till.count", ActivityKind.Producer, milliseconds: 12.5, parent: default, set: span =>
        {
            span.SetStatus(ActivityStatusCode.Error, "not <enough>");
            span.AddEvent(new("till.opened", DateTimeOffset.UnixEpoch.AddYears(56).AddMilliseconds(3), new() { ["drawer"] = 7 }));
            span.AddLink(new(new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded), new() { ["reason"] = "audit" }));
        }, attributes: [("text", "ünï \u202e \u001b[31m"), ("yes", true), ("number", -5L), ("real", 0.1), ("infinite", double.NegativeInfinity), ("array", new[] { "a", "b" }), ("none", null)]));
        host.Recorder.Write(Given.Line("told \"twice\"\n", "warn", eventName: "till.told", traceId: "0af7651916cd43dd8448eb211c80319c", members: "\"count\":3,\"real\":1.5,\"no\":false,\"text\":\"x\""));
        await AllAsync(host);

        var zip = await ExportAsync(host);
        var imported = await ImportAsync(host, zip, "again");

        var session = host.Service<ImportedSessions>().Find("again").ShouldNotBeNull();
        var (before, after) = (Read(zip), Read(await ExportAsync(session)));
        before.Keys.ShouldBe(Entries, ignoreOrder: true);
        foreach (var part in new[] { "traces.json", "logs.json" })
            RecordsOf(after[part]).ShouldBe(RecordsOf(before[part]), part);
        RecordsOf(before["traces.json"]).Count.ShouldBe(21);
        var about = JsonElement.Parse(before["about.json"]);
        (about.GetProperty("traces").GetProperty("records").GetInt32(), about.GetProperty("logs").GetProperty("records").GetInt32())
            .ShouldBe((RecordsOf(before["traces.json"]).Count, RecordsOf(before["logs.json"]).Count));
        imported.GetProperty("traces").GetProperty("kept").GetInt32().ShouldBe(21);
        imported.GetProperty("about").GetProperty("resource").GetProperty("service.name").GetString().ShouldBe("tills");
    }

    [Fact]
    public async Task An_export_has_what_lies_in_its_time_alone()
    {
        await using var host = await ConsoleHost.StartAsync();
        var began = DateTime.UnixEpoch.AddYears(56);
        for (var minute = 0; minute < 10; minute++)
        {
            host.Recorder.Record(Given.Span($"minute {minute}", start: began.AddMinutes(minute)));
            host.Recorder.Write(Given.Line($"minute {minute}", time: began.AddMinutes(minute)));
        }
        await AllAsync(host);

        var zip = Read(await ExportAsync(host, $"?from={began.AddMinutes(3):O}&to={began.AddMinutes(5):O}"));

        RecordsOf(zip["traces.json"]).Select(record => JsonElement.Parse(record).GetProperty("name").GetString()).ShouldBe(["minute 3", "minute 4", "minute 5"]);
        RecordsOf(zip["logs.json"]).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Metrics_come_back_as_the_series_that_they_were()
    {
        var samples = new GivenMetrics();
        var export = new MetricsExport(samples, [new("service.name", "tills")], 0, GivenMetrics.Last);
        var lines = samples.Families.SelectMany(family => export.LinesOf(family).Select(line => Encoding.UTF8.GetString(line.WrittenSpan)).ToList()).ToList();
        var session = await SessionReader.ReadAsync("metrics", Zip(("metrics.json", string.Join('\n', lines))), 4 * 1024 * 1024, _ => { }, default);

        session.Metrics.Families.Select(family => (family.Name, family.Type, family.Help)).ShouldBe(samples.Families.Select(family => (family.Name, family.Type, family.Help)));
        foreach (var name in GivenMetrics.Names)
        {
            var (expected, seen) = (Describe(samples.Select(name, [])), Describe(session.Metrics.Select(name, [])));
            expected.ShouldNotBeEmpty(name);
            seen.ShouldBe(expected, name);
        }
        session.Metrics.Select("sale_seconds_bucket", [new("le", "=~", "0\\..*")]).Count.ShouldBe(1);
        session.Metrics.LastSample.ShouldBe(GivenMetrics.Last);
    }

    public static TheoryData<string, string, string> Refused() => new()
    {
        { "no zip", "body", "zip" },
        { "strange entry", "body", "entry" },
        { "twice", "traces.json", "twice" },
        { "nothing", "body", "none of" },
        { "bomb", "traces.json", "times as large" },
        { "long line", "logs.json", "line of more" },
        { "no json", "traces.json", "Line 2" },
        { "half a pair", "traces.json", "Unicode" },
        { "many entries", "body", "entries" },
        { "directory that lies", "body", "directory" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_file_that_is_no_session_is_refused_by_the_name_of_its_part(string what, string field, string message)
    {
        await using var host = await ConsoleHost.StartAsync();
        var zip = what switch
        {
            "no zip" => Encoding.UTF8.GetBytes("once upon a time, long enough to be looked at"),
            "strange entry" => Zip(("traces.json", ""), ("../etc/passwd", "")),
            "twice" => Zip(("traces.json", ""), ("traces.json", "")),
            "nothing" => Zip(("about.json", "{}")),
            "bomb" => Zip(("traces.json", new string('\n', 64 * 1024 * 1024))),
            "long line" => Zip(("logs.json", Noise(5 * 1024 * 1024))),
            "no json" => Zip(("traces.json", "{}\n{\"resourceSpans\":[}\n")),
            "half a pair" => Zip(("traces.json", """{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"\ud800"}]}]}]}""")),
            "many entries" => Zip([.. Enumerable.Range(0, 17).Select(i => ($"{i}", ""))]),
            _ => Lying(Zip(("traces.json", "{}"))),
        };

        using var answer = await host.Client.PostAsync("/ops/api/import", new ByteArrayContent([.. zip]));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        var errors = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem();
        errors.Name.ShouldBe(field);
        errors.Value[0].GetString()!.ShouldContain(message);
        host.Service<ImportedSessions>().All.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_stranger_writes_in_other_types_is_read_as_its_default()
    {
        var line = """
            {"resourceSpans":[7,{"scopeSpans":[null,{"scope":3,"spans":["x",{"traceId":5,"spanId":"zz","name":[],"kind":99,"startTimeUnixNano":{},"status":"bad",
            "attributes":[1,{"key":2,"value":3},{"key":"deep","value":{"arrayValue":{"values":[{"arrayValue":{}}]}}}],"events":[4],"links":[{}]}]}]}]}
            """.ReplaceLineEndings("");

        var session = await SessionReader.ReadAsync("strange", Zip(("traces.json", line), ("logs.json", """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":1}]}]}]}"""),
            ("metrics.json", """{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"x","gauge":{"dataPoints":[1,{"asDouble":[]}]}},{"name":"y","histogram":1},{"name":"z","sum":[]}]}]}]}""")), 4 * 1024 * 1024, _ => { }, default);

        (session.SpanState.Kept, session.LogState.Kept).ShouldBe((1, 1));
        RecordsOf(Read(await ExportAsync(session))["traces.json"]).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_413_and_older_sessions_make_room()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:ImportBytes", "1500000"));
        using (var tooLarge = await host.Client.PostAsync("/ops/api/import", new ByteArrayContent(new byte[1_500_001])))
            tooLarge.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        var session = Zip(("traces.json", """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"x"}]}]}]}"""));

        foreach (var name in new[] { "one", "two", "three" })
            await ImportAsync(host, [.. session], name);

        var names = (await host.AskAsync("sessions")).GetProperty("sessions").EnumerateArray().Select(one => one.GetProperty("name").GetString());
        names.ShouldBe(["two", "three"]);
        (await host.Client.DeleteAsync(new Uri("/ops/api/sessions/two", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await host.Client.DeleteAsync(new Uri("/ops/api/sessions/two", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_for_reading_exports_and_does_not_import()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:ReadKey", "a key for readers"));
        using var reader = new HttpClient { BaseAddress = host.Client.BaseAddress, DefaultRequestHeaders = { { "X-Console-Key", "a key for readers" } } };

        var zip = await reader.GetByteArrayAsync(new Uri("/ops/api/export", UriKind.Relative));
        using var imported = await reader.PostAsync("/ops/api/import", new ByteArrayContent(zip));
        using var stranger = await host.Stranger.GetAsync(new Uri("/ops/api/export", UriKind.Relative));

        (imported.StatusCode, stranger.StatusCode).ShouldBe((HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized));
        host.Service<ImportedSessions>().All.ShouldBeEmpty();
    }

    internal static async Task AllAsync(ConsoleHost host)
    {
        await host.AskAsync("sessions");
        // A line is written after its answer has arrived.
        var deadline = Stopwatch.StartNew();
        for (var last = -1L; last != host.Recorder.Logs.Appended || last != host.Recorder.Logs.Appended; await host.AskAsync("sessions"))
        {
            deadline.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            last = host.Recorder.Logs.Appended;
        }
    }

    private static async Task<byte[]> ExportAsync(ConsoleHost host, string query = "") => await host.Client.GetByteArrayAsync($"/ops/api/export{query}");

    private static async Task<byte[]> ExportAsync(ImportedSession session)
    {
        using var export = new SessionExport(TimeProvider.System);
        using var zip = new MemoryStream();
        await export.WriteAsync(SessionSource.Of(session), System.IO.Pipelines.PipeWriter.Create(zip), 0, long.MaxValue, default);
        return zip.ToArray();
    }

    private static async Task<JsonElement> ImportAsync(ConsoleHost host, byte[] zip, string name)
    {
        using var answer = await host.Client.PostAsync($"/ops/api/import?name={name}", new ByteArrayContent(zip));
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, body);
        return JsonElement.Parse(body).GetProperty("session");
    }

    private static Dictionary<string, string> Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd();
        });
    }

    // Each record with its scope, whatever lines they are in.
    private static List<string> RecordsOf(string lines) =>
    [
        .. from line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
           from resource in JsonElement.Parse(line).EnumerateObject().First().Value.EnumerateArray()
           from scope in resource.EnumerateObject().First(member => member.Name.StartsWith("scope", StringComparison.Ordinal)).Value.EnumerateArray()
           from record in scope.EnumerateObject().Last().Value.EnumerateArray()
           select record.GetRawText(),
    ];

    private static IEnumerable<string> Describe(IReadOnlyList<IStoredSeries> series) => series
        .Select(one => $"{one.Name}{{{string.Join(',', one.Labels.Select(label => $"{label.Key}={label.Value}"))}}} "
            + string.Join(' ', one.Read(0, long.MaxValue).Select(point => FormattableString.Invariant($"{point.Time}:{point.Value}")))
            + string.Join(' ', one.Exemplars(0, long.MaxValue).Select(exemplar => FormattableString.Invariant($" #{exemplar.Time}:{exemplar.Value}:{exemplar.TraceId}"))))
        .Order(StringComparer.Ordinal);

    private static ArraySegment<byte> Zip(params (string Name, string Text)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }

    // The directory begins at the first byte, it says.
    private static byte[] Lying(ArraySegment<byte> zip)
    {
        byte[] bytes = [.. new byte[100_000], .. zip];
        BitConverter.GetBytes(0).CopyTo(bytes, bytes.Length - 6);
        return bytes;
    }

    private static string Noise(int length)
    {
        var random = new Random(7);
        return string.Create(length, random, static (text, random) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = (char)random.Next('0', 'z');
        });
    }

    /// <summary>A counter, a gauge and a histogram with an exemplar, a sample a second.</summary>
    private sealed class GivenMetrics : IMetricStore
    {
        public const long Last = 100_000;
        public static readonly string[] Names = ["sales_total", "drawers", "sale_seconds_bucket", "sale_seconds_sum", "sale_seconds_count"];
        private static readonly string[] Bounds = ["0.5", "2", "+Inf"];

        public IReadOnlyList<MetricFamilyInfo> Families { get; } =
            [new("drawers", "gauge", "Open \"drawers\"."), new("sale_seconds", "histogram", "How long."), new("sales_total", "counter", "Sales.")];

        public long LastSample => Last;

        public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions) => name switch
        {
            "sales_total" or "drawers" => [new Series(name, [new("till", "1")], 1), new Series(name, [new("till", "2"), new("ünï", "<b>")], 2.5)],
            "sale_seconds_bucket" => [.. Bounds.Select((bound, i) => new Series(name, [new("le", bound), new("till", "1")], i + 1) { Exemplar = i == 1 ? 1.5 : null })],
            "sale_seconds_sum" => [new Series(name, [new("till", "1")], 1.25)],
            "sale_seconds_count" => [new Series(name, [new("till", "1")], 3)],
            _ => [],
        };

        private sealed record Series(string Name, IReadOnlyList<KeyValuePair<string, string>> Labels, double Slope) : IStoredSeries
        {
            public double? Exemplar { get; init; }

            public IEnumerable<(long Time, double Value)> Read(long first, long last) => Enumerable.Range(1, 100).Select(i => (i * 1000L, i * Slope));

            public IEnumerable<MetricExemplar> Exemplars(long first, long last) =>
                Exemplar is { } value ? [new(7_500, value, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")] : [];
        }
    }
}
