using Observability.Console.Storage;

namespace Observability.Console.Sessions;

/// <summary>Encodes a log record of an OTLP document, so that it is written again as it was read.</summary>
internal sealed class OtlpLogCodec : IRecordCodec<OtlpItem>
{
    private const int LongestName = 256;
    private const int LongestBody = 64 * 1024;
    private const int MostSeverity = 24;

    public RecordTime Encode(OtlpItem item, RecordWriter writer)
    {
        var log = item.Record;
        var ids = writer.Raw(LogRecord.IdBytes);
        if (ids.IsEmpty)
            return default;
        OtlpReading.ReadId(log, "traceId", ids[..16]);
        OtlpReading.ReadId(log, "spanId", ids[16..]);
        var trace = TraceKey.Read(ids);
        var time = OtlpReading.TicksOf(log, "timeUnixNano");
        writer.Int64(time);
        writer.Byte((byte)Math.Clamp(OtlpReading.IntegerOf(log, "severityNumber"), 0, MostSeverity));
        writer.Text(log.TryGetProperty("body", out var body) ? OtlpReading.TextOf(body, "stringValue") : "", LongestBody);
        writer.Text(item.Scope, LongestName);
        writer.Text(OtlpReading.TextOf(log, "eventName"), LongestName);
        OtlpReading.WriteAttributes(writer, log, item.Host);
        return new(trace, time, time);
    }
}
