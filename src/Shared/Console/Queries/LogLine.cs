using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>A log record, decoded.</summary>
/// <param name="Sequence">Its number in the store, which no other record has.</param>
/// <param name="Time">In Unix ticks.</param>
/// <param name="Level">The place in <see cref="LogRecord.Levels"/>.</param>
/// <param name="Span">The span's id as a big-endian number; 0 for none.</param>
internal sealed record LogLine(
    long Sequence, long Time, int Level, string Message, string Category, string Event, TraceKey Trace, ulong Span, AttributeText[] Attributes)
{
    /// <summary>The name of the host that has it; empty when only this host was asked.</summary>
    public string Host { get; init; } = "";

    /// <summary>What names it in an address.</summary>
    public string Id { get; init; } = Sequence.ToString(CultureInfo.InvariantCulture);

    /// <summary>Decodes a record.</summary>
    public static LogLine Of(in LogRecord record, long sequence)
    {
        var attributes = record.Attributes;
        return new(
            sequence, record.Time, LogRecord.PlaceOf(record.Severity), Encoding.UTF8.GetString(record.Body), Encoding.UTF8.GetString(record.Category),
            Encoding.UTF8.GetString(record.Event), record.Trace, BinaryPrimitives.ReadUInt64BigEndian(record.SpanId), AttributeText.Read(ref attributes, record.AttributeCount));
    }

    /// <summary>Reads the record with a number; null when it is no longer kept.</summary>
    public static LogLine? Find(SegmentStore store, long sequence)
    {
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            var place = sequence - segment.Segment.FirstSequence;
            if (place >= 0 && place < segment.Count)
                return Of(new LogRecord(segment[(int)place]), sequence);
        }
        return null;
    }

    /// <summary>The first records of a span, in the order in which they were written.</summary>
    public static IEnumerable<LogLine> OfSpan(SegmentStore store, TraceKey trace, ulong span, int most)
    {
        List<LogLine> lines = [];
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count && lines.Count < most; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) == trace && new LogRecord(segment[i]) is var record && BinaryPrimitives.ReadUInt64BigEndian(record.SpanId) == span)
                    lines.Add(Of(record, segment.SequenceOf(i)));
            }
        }
        return lines;
    }
}
