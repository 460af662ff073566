using System.Buffers;
using System.IO.Compression;
using System.Text.Json;

namespace Observability.Console.Sessions;

/// <summary>Reads a zip as <see cref="SessionExport"/> or another writer of OTLP JSON lines has made it.</summary>
internal static class SessionReader
{
    // What an import may decompress to, for each byte that it may keep: JSON with its keys is some ten times as large as a record.
    private const int MostExpansion = 16;
    private const int MostAbout = 64 * 1024;
    private const int MostResource = 32;
    private const int LongestResource = 256;

    private static readonly string[] Known = [SessionExport.About, SessionExport.Traces, SessionExport.Logs, SessionExport.Metrics];
    private static readonly OtlpSpanCodec Spans = new();
    private static readonly OtlpLogCodec Logs = new();

    /// <param name="name">The name of the session.</param>
    /// <param name="zip">The whole zip.</param>
    /// <param name="budget">The most bytes of the session.</param>
    /// <param name="onLine">Called after each line with the bytes that the session has.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ImportRefusedException">The zip is no session, or is too large.</exception>
    public static async Task<ImportedSession> ReadAsync(string name, ArraySegment<byte> zip, long budget, Action<long> onLine, CancellationToken cancellation)
    {
        ZipDirectory.Check(zip);
        try
        {
            using var archive = new ZipArchive(new MemoryStream(zip.Array!, zip.Offset, zip.Count, writable: false), ZipArchiveMode.Read);
            return await ReadAsync(name, archive, budget, onLine, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new ImportRefusedException("body", $"Is no readable zip: {e.Message}");
        }
    }

    private static async Task<ImportedSession> ReadAsync(string name, ZipArchive archive, long budget, Action<long> onLine, CancellationToken cancellation)
    {
        HashSet<string> seen = [];
        foreach (var entry in archive.Entries)
        {
            if (!Known.Contains(entry.FullName))
                throw new ImportRefusedException("body", $"Has an entry that is none of {string.Join(", ", Known)}.");
            if (!seen.Add(entry.FullName))
                throw new ImportRefusedException(entry.FullName, "Is there twice.");
        }
        if (!seen.Overlaps(Known.Skip(1)))
            throw new ImportRefusedException("body", $"Has none of {string.Join(", ", Known.Skip(1))}.");

        var allowance = new ByteAllowance(budget * MostExpansion);
        var session = new ImportedSession(name, budget, await AboutOfAsync(archive, allowance, cancellation));
        foreach (var entry in archive.Entries.Where(entry => entry.FullName != SessionExport.About))
        {
            var line = 0;
            await using var stream = await entry.OpenAsync(cancellation);
            await new BoundedReader(entry.FullName, entry.CompressedLength, allowance).ReadAsync(stream, bytes =>
            {
                cancellation.ThrowIfCancellationRequested();
                AddLine(session, entry.FullName, ++line, bytes);
                onLine(session.Bytes);
            }, cancellation);
        }
        return session;
    }

    private static async Task<SessionAbout> AboutOfAsync(ZipArchive archive, ByteAllowance allowance, CancellationToken cancellation)
    {
        if (archive.GetEntry(SessionExport.About) is not { } entry)
            return SessionAbout.None;
        var text = new ArrayBufferWriter<byte>();
        await using var stream = await entry.OpenAsync(cancellation);
        await new BoundedReader(entry.FullName, entry.CompressedLength, allowance).ReadAsync(stream, line =>
        {
            if (text.WrittenCount + line.Length > MostAbout)
                throw new ImportRefusedException(entry.FullName, $"Has more than {MostAbout} bytes.");
            line.CopyTo(text.GetSpan((int)line.Length));
            text.Advance((int)line.Length);
        }, cancellation);
        using var about = Parse(entry.FullName, 1, new(text.WrittenMemory));
        // Written anew: what follows is of this program's making.
        return new(JsonSerializer.Serialize(about.RootElement), CompleteSince(about.RootElement, "traces"), CompleteSince(about.RootElement, "logs"));
    }

    private static long CompleteSince(JsonElement about, string part) =>
        about.ValueKind is JsonValueKind.Object && about.TryGetProperty(part, out var counts)
        && DateTimeOffset.TryParse(OtlpReading.TextOf(counts, "completeSince"), System.Globalization.CultureInfo.InvariantCulture, out var since) && since > DateTimeOffset.UnixEpoch
            ? since.UtcTicks - DateTime.UnixEpoch.Ticks
            : 0;

    private static JsonDocument Parse(string entry, int line, ReadOnlySequence<byte> bytes)
    {
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException e)
        {
            throw new ImportRefusedException(entry, $"Line {line} is no JSON document: {e.Message}");
        }
    }

    private static void AddLine(ImportedSession session, string entry, int line, ReadOnlySequence<byte> bytes)
    {
        try
        {
            using var document = Parse(entry, line, bytes);
            Add(session, entry, document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // What System.Text.Json says of half a surrogate pair.
            throw new ImportRefusedException(entry, $"Line {line} has a text that is no Unicode.");
        }
    }

    private static void Add(ImportedSession session, string entry, JsonElement document)
    {
        var (resources, scopes, items) = entry switch
        {
            SessionExport.Traces => ("resourceSpans", "scopeSpans", "spans"),
            SessionExport.Logs => ("resourceLogs", "scopeLogs", "logRecords"),
            _ => ("resourceMetrics", "scopeMetrics", "metrics"),
        };
        foreach (var resource in OtlpReading.ItemsOf(document, resources))
        {
            if (session.Resource.Count == 0 && resource.ValueKind is JsonValueKind.Object && resource.TryGetProperty("resource", out var given))
                session.Resource = [.. OtlpReading.ItemsOf(given, "attributes").Take(MostResource).Select(Attribute)];
            foreach (var scope in OtlpReading.ItemsOf(resource, scopes))
            {
                var name = scope.ValueKind is JsonValueKind.Object && scope.TryGetProperty("scope", out var its) ? OtlpReading.TextOf(its, "name") : "";
                foreach (var item in OtlpReading.ItemsOf(scope, items).Where(item => item.ValueKind is JsonValueKind.Object))
                    Add(session, entry, new OtlpItem(item, name));
            }
        }
    }

    private static void Add(ImportedSession session, string entry, OtlpItem item)
    {
        if (entry == SessionExport.Metrics)
            session.Samples.Add(item.Record);
        else if (entry == SessionExport.Traces ? !session.Spans.Append(item, Spans) : !session.Logs.Append(item, Logs))
            session.Lost(entry == SessionExport.Traces);
    }

    private static KeyValuePair<string, string> Attribute(JsonElement attribute) => new(
        Cut(OtlpReading.TextOf(attribute, "key")),
        attribute.ValueKind is JsonValueKind.Object && attribute.TryGetProperty("value", out var value) ? Cut(OtlpReading.TextOf(value, "stringValue")) : "");

    private static string Cut(string text) => text.Length <= LongestResource ? text : text[..LongestResource];
}
