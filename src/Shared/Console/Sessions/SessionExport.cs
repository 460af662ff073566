using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Json;
using Observability.Console.Answering;
using Observability.Console.Otlp;
using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>
/// Writes what the stores have of a time as one zip: <c>traces.json</c>, <c>logs.json</c> and <c>metrics.json</c>, each with one OTLP document
/// a line (the form of the OpenTelemetry Collector's <c>otlp_json_file</c> receiver), and <c>about.json</c>. The zip is written as it goes: memory has one
/// line at a time, and no segment is leased while the reader is waited for.
/// </summary>
internal sealed class SessionExport(TimeProvider time) : IDisposable
{
    public const string Traces = "traces.json";
    public const string Logs = "logs.json";
    public const string Metrics = "metrics.json";
    public const string About = "about.json";
    public const string Form = "observability-session/1";

    private const int LineBytes = 256 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Takes the only turn; false while another export runs.</summary>
    public bool TryBegin() => _turn.Wait(0);

    public void End() => _turn.Release();

    /// <param name="source">What is exported.</param>
    /// <param name="output">Receives the zip.</param>
    /// <param name="from">The earliest time in Unix ticks.</param>
    /// <param name="to">The latest.</param>
    /// <param name="cancellation">The reader has gone.</param>
    public async Task WriteAsync(SessionSource source, PipeWriter output, long from, long to, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var stream = new ZipOutput(output);
        var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        await using (zip)
        {
            var spans = await WriteRecordsAsync(zip, Traces, source.Spans, new(source.Resource, from, to, IsOfSpans: true), now, cancellation);
            var logs = await WriteRecordsAsync(zip, Logs, source.Logs, new(source.Resource, from, to, IsOfSpans: false), now, cancellation);
            var written = source.Metrics is null ? null : await WriteMetricsAsync(zip, source.Metrics, source.Resource, from, to, now, cancellation);
            await using var about = await OpenAsync(zip, About, now, cancellation);
            await about.WriteAsync(Describe(source, now, from, to, spans, logs, written).WrittenMemory, cancellation);
        }
        await output.FlushAsync(cancellation);
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<Counts> WriteRecordsAsync(ZipArchive zip, string name, SegmentStore store, Part part, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var entry = await OpenAsync(zip, name, now, cancellation);
        var counts = new Counts();
        var line = new ArrayBufferWriter<byte>();
        var end = store.Appended;
        for (var next = 0L; next < end; next = Fill(store, next, end, part, line, counts))
        {
            await WriteLineAsync(entry, line, cancellation);
            line.ResetWrittenCount();
        }
        await WriteLineAsync(entry, line, cancellation);
        return counts;
    }

    // Writes the next line; returns where the one behind it begins.
    private static long Fill(SegmentStore store, long next, long end, Part part, ArrayBufferWriter<byte> line, Counts counts)
    {
        using var view = store.Read();
        if (counts.IsBegun && view.Segments.Count > 0 && view.Segments[0].Segment.FirstSequence > next)
            counts.Missed += Math.Min(end, view.Segments[0].Segment.FirstSequence) - next;
        counts.IsBegun = true;
        OtlpDocument? document = null;
        foreach (var segment in view.Segments)
        {
            next = Math.Max(next, segment.Segment.FirstSequence);
            for (; next < Math.Min(end, segment.Segment.FirstSequence + segment.Count); next++)
            {
                if (document?.Length >= LineBytes)
                    return Close(document, next);
                if (part.IsOfSpans)
                {
                    var span = new SpanRecord(segment[(int)(next - segment.Segment.FirstSequence)]);
                    if (part.Has(span.Start))
                        (document ??= new(line, part.Resource, isOfSpans: true)).Add(span);
                    counts.Written += part.Has(span.Start) ? 1 : 0;
                }
                else
                {
                    var log = new LogRecord(segment[(int)(next - segment.Segment.FirstSequence)]);
                    if (part.Has(log.Time))
                        (document ??= new(line, part.Resource, isOfSpans: false)).Add(log);
                    counts.Written += part.Has(log.Time) ? 1 : 0;
                }
            }
        }
        return Close(document, end);
    }

    private static long Close(OtlpDocument? document, long next)
    {
        document?.End();
        document?.Dispose();
        return next;
    }

    private static async Task<MetricsExport> WriteMetricsAsync(
        ZipArchive zip, IMetricStore store, IReadOnlyList<KeyValuePair<string, string>> resource, long from, long to, DateTimeOffset now, CancellationToken cancellation)
    {
        const long Day = 24 * 60 * 60 * 1000;
        await using var entry = await OpenAsync(zip, Metrics, now, cancellation);
        var last = Math.Min(to / TimeSpan.TicksPerMillisecond, now.ToUnixTimeMilliseconds());
        var export = new MetricsExport(store, resource, Math.Max(from / TimeSpan.TicksPerMillisecond, last - Day), last);
        foreach (var family in store.Families)
        {
            foreach (var line in export.LinesOf(family))
                await WriteLineAsync(entry, line, cancellation);
        }
        return export;
    }

    private static async Task WriteLineAsync(Stream entry, ArrayBufferWriter<byte> line, CancellationToken cancellation)
    {
        if (line.WrittenCount == 0)
            return;
        line.Write("\n"u8);
        await entry.WriteAsync(line.WrittenMemory, cancellation);
    }

    private static Task<Stream> OpenAsync(ZipArchive zip, string name, DateTimeOffset now, CancellationToken cancellation)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = now;
        return entry.OpenAsync(cancellation);
    }

    private static ArrayBufferWriter<byte> Describe(SessionSource source, DateTimeOffset now, long from, long to, Counts spans, Counts logs, MetricsExport? written)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body, new() { Indented = true });
        json.WriteStartObject();
        json.WriteString("form"u8, Form);
        json.WriteStartObject("resource"u8);
        foreach (var (key, value) in source.Resource)
            json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteString("exportedAt"u8, now);
        json.WriteString("from"u8, TimeOf(from));
        json.WriteString("to"u8, TimeOf(to));
        WriteCounts(json, "traces", source.SpanState, spans);
        WriteCounts(json, "logs", source.LogState, logs);
        if (written is not null)
        {
            json.WriteStartObject("metrics"u8);
            json.WriteNumber("series"u8, written.Series);
            json.WriteNumber("points"u8, written.Points);
            json.WriteNumber("stepSeconds"u8, written.Step / 1000.0);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static DateTimeOffset TimeOf(long ticks) =>
        ticks >= DateTimeOffset.MaxValue.UtcTicks - DateTimeOffset.UnixEpoch.Ticks ? DateTimeOffset.MaxValue : DateTimeOffset.UnixEpoch.AddTicks(Math.Max(0, ticks));

    private static void WriteCounts(Utf8JsonWriter json, string name, StoreState state, Counts counts)
    {
        json.WriteStartObject(name);
        json.WriteNumber("records"u8, counts.Written);
        json.WriteNumber("evictedMeanwhile"u8, counts.Missed);
        Answers.WriteState(json, state);
        json.WriteEndObject();
    }

    private readonly record struct Part(IReadOnlyList<KeyValuePair<string, string>> Resource, long From, long To, bool IsOfSpans)
    {
        public bool Has(long time) => time >= From && time <= To;
    }

    private sealed class Counts
    {
        public bool IsBegun { get; set; }

        public long Written { get; set; }

        public long Missed { get; set; }
    }
}
