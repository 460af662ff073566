using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>Encodes a span of an OTLP document, so that it is written again as it was read.</summary>
internal sealed class OtlpSpanCodec : IRecordCodec<OtlpItem>
{
    private const int LongestName = 256;
    private const int LongestTraceState = 512;
    private const int MostKinds = 4;
    private const int MostStatus = 2;

    public RecordTime Encode(OtlpItem item, RecordWriter writer)
    {
        var span = item.Record;
        var ids = writer.Raw(SpanRecord.IdBytes);
        if (ids.IsEmpty)
            return default;
        OtlpReading.ReadId(span, "traceId", ids[..16]);
        OtlpReading.ReadId(span, "spanId", ids[16..24]);
        OtlpReading.ReadId(span, "parentSpanId", ids[24..]);
        var trace = TraceKey.Read(ids);
        var start = OtlpReading.TicksOf(span, "startTimeUnixNano");
        var duration = Math.Max(0, OtlpReading.TicksOf(span, "endTimeUnixNano") - start);
        writer.Int64(start);
        writer.Varint((ulong)duration);
        var status = span.TryGetProperty("status", out var given) ? given : default;
        // OTLP counts kinds from 1, with 0 for unknown; .NET from 0.
        var kind = Math.Clamp(OtlpReading.IntegerOf(span, "kind") - 1, 0, MostKinds);
        writer.Byte((byte)(kind | (Math.Clamp(OtlpReading.IntegerOf(status, "code"), 0, MostStatus) << SpanRecord.StatusShift)));
        writer.Text(OtlpReading.TextOf(span, "name"), LongestName);
        writer.Text(item.Scope, LongestName);
        writer.Text(OtlpReading.TextOf(status, "message"), LongestName);
        writer.Text(OtlpReading.TextOf(span, "traceState"), LongestTraceState);
        var count = OtlpReading.CountOf(span, "attributes");
        // One more than OpenTelemetry's limit: the console itself adds the module.
        var kept = Math.Min(count, AttributeCodec.MostAttributes + 1);
        writer.Varint((ulong)(kept + (item.Host.Length > 0 ? 1 : 0)));
        writer.Varint((ulong)(Math.Clamp(OtlpReading.IntegerOf(span, "droppedAttributesCount"), 0, int.MaxValue) + count - kept));
        OtlpReading.WriteHost(writer, item.Host);
        OtlpReading.WriteAttributes(writer, span, kept);
        WriteEvents(writer, item, start);
        WriteLinks(writer, item);
        return new(trace, start, start + duration);
    }

    private static void WriteEvents(RecordWriter writer, OtlpItem item, long start)
    {
        var count = Math.Min(OtlpReading.CountOf(item.Record, "events"), AttributeCodec.MostAttributes);
        writer.Varint((ulong)count);
        foreach (var one in OtlpReading.ItemsOf(item.Record, "events").Take(count))
        {
            writer.Signed(OtlpReading.TicksOf(one, "timeUnixNano") - start);
            writer.Text(OtlpReading.TextOf(one, "name"), LongestName);
            OtlpReading.WriteAttributes(writer, one);
        }
    }

    private static void WriteLinks(RecordWriter writer, OtlpItem item)
    {
        var count = Math.Min(OtlpReading.CountOf(item.Record, "links"), AttributeCodec.MostAttributes);
        writer.Varint((ulong)count);
        foreach (var link in OtlpReading.ItemsOf(item.Record, "links").Take(count))
        {
            var ids = writer.Raw(SpanRecord.LinkBytes);
            if (ids.IsEmpty)
                return;
            OtlpReading.ReadId(link, "traceId", ids[..16]);
            OtlpReading.ReadId(link, "spanId", ids[16..]);
            OtlpReading.WriteAttributes(writer, link);
        }
    }
}
