using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace ECommerce.Browser.Tests;

/// <summary>An exported session, as anybody can write one, with a hostile text in each of its fields.</summary>
internal static class HostileSession
{
    public const string Trace = "0af7651916cd43dd8448eb211c80319c";
    public const string Span = "b7ad6b7169203331";
    public const string Family = "hostile_total";

    private const string Text = ConsoleShop.HostileName;
    private const string OtherTrace = "1bf7651916cd43dd8448eb211c80319c";
    private const string OtherSpan = "c7ad6b7169203331";
    private const int Internal = 1;
    private const int Client = 3;
    private const int Failed = 2;
    private const int Error = 17;
    private const int Cumulative = 2;

    /// <summary>The zip: two traces with a link, a log record and a metric.</summary>
    /// <param name="at">When all of it happened.</param>
    public static byte[] At(DateTimeOffset at)
    {
        var resource = new { attributes = Attributes("service.name", "service.version", Text) };
        var scope = new { name = Text };
        object[] spans =
        [
            SpanOf(at, Trace, Span, Client, []),
            SpanOf(at, OtherTrace, OtherSpan, Internal, [new { traceId = Trace, spanId = Span, attributes = Attributes("reason", Text) }]),
        ];
        var line = new
        {
            timeUnixNano = Nanoseconds(at),
            severityNumber = Error,
            severityText = Text,
            body = new { stringValue = Text },
            eventName = Text,
            traceId = Trace,
            spanId = Span,
            attributes = Attributes("event", "category", "app.module", Text, "exception.stacktrace"),
        };
        var metric = new
        {
            name = Family,
            description = Text,
            unit = Text,
            sum = new
            {
                aggregationTemporality = Cumulative,
                isMonotonic = true,
                dataPoints = new[] { new { timeUnixNano = Nanoseconds(at), startTimeUnixNano = Nanoseconds(at), asDouble = 1, attributes = Attributes("service") } },
            },
        };
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            Write(archive, "traces.json", new { resourceSpans = new[] { new { resource, scopeSpans = new[] { new { scope, spans } } } } });
            Write(archive, "logs.json", new { resourceLogs = new[] { new { resource, scopeLogs = new[] { new { scope, logRecords = new[] { line } } } } } });
            Write(archive, "metrics.json", new { resourceMetrics = new[] { new { resource, scopeMetrics = new[] { new { scope, metrics = new[] { metric } } } } } });
        }
        return zip.ToArray();
    }

    private static object SpanOf(DateTimeOffset at, string trace, string span, int kind, object[] links) => new
    {
        traceId = trace,
        spanId = span,
        kind,
        links,
        name = Text,
        traceState = $"a={Text}",
        startTimeUnixNano = Nanoseconds(at),
        endTimeUnixNano = Nanoseconds(at.AddMilliseconds(5)),
        status = new { code = Failed, message = Text },
        attributes = Attributes("app.module", "server.address", "db.query.text", "http.route", Text, "long"),
        events = new[] { new { timeUnixNano = Nanoseconds(at), name = Text, attributes = Attributes("exception.type", Text) } },
    };

    private static object[] Attributes(params string[] keys) =>
        [.. keys.Select(key => new { key, value = new { stringValue = key == "long" ? Text + new string('x', 100_000) : Text } })];

    private static string Nanoseconds(DateTimeOffset time) => ((time - DateTimeOffset.UnixEpoch).Ticks * 100).ToString(CultureInfo.InvariantCulture);

    private static void Write(ZipArchive archive, string name, object document)
    {
        using var entry = archive.CreateEntry(name).Open();
        JsonSerializer.Serialize(entry, document);
    }
}
