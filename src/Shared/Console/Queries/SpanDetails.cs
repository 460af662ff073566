using System.Buffers.Binary;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>An event of a span. Its time is in Unix ticks.</summary>
internal sealed record SpanEventText(long Time, string Name, AttributeText[] Attributes);

/// <summary>A link of a span to another one.</summary>
internal sealed record SpanLinkText(TraceKey Trace, ulong Span, AttributeText[] Attributes);

/// <summary>Everything that is kept of one span, decoded.</summary>
internal sealed record SpanDetails(
    TraceKey Trace, ulong Span, ulong Parent, string Name, string Source, int Kind, int Status, string StatusText, string TraceState, long Start, long Duration,
    AttributeText[] Attributes, int DroppedAttributes, SpanEventText[] Events, SpanLinkText[] Links)
{
    /// <summary>The kinds in words, by their numbers.</summary>
    public static readonly string[] Kinds = ["internal", "server", "client", "producer", "consumer"];

    /// <summary>Reads a span; null when it is not kept, or no longer.</summary>
    public static SpanDetails? Find(SegmentStore store, TraceKey trace, ulong span)
    {
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) == trace && new SpanRecord(segment[i]) is var found && IdOf(found.SpanId) == span)
                    return Of(found);
            }
        }
        return null;
    }

    public static SpanDetails Of(in SpanRecord span)
    {
        var record = span.Attributes;
        var attributes = AttributeText.Read(ref record, span.AttributeCount);
        var events = new SpanEventText[(int)record.Varint()];
        for (var i = 0; i < events.Length; i++)
        {
            var time = span.Start + record.Signed();
            var name = Encoding.UTF8.GetString(record.Text());
            events[i] = new(time, name, AttributeText.Read(ref record, (int)record.Varint()));
        }
        var links = new SpanLinkText[(int)record.Varint()];
        for (var i = 0; i < links.Length; i++)
        {
            var ids = record.Raw(SpanRecord.LinkBytes);
            links[i] = new(TraceKey.Read(ids), IdOf(ids[16..]), AttributeText.Read(ref record, (int)record.Varint()));
        }
        return new(
            span.Trace, IdOf(span.SpanId), IdOf(span.ParentId), Encoding.UTF8.GetString(span.Name), Encoding.UTF8.GetString(span.Scope), span.Kind, span.Status,
            Encoding.UTF8.GetString(span.StatusText), Encoding.UTF8.GetString(span.TraceState), span.Start, span.Duration, attributes, span.DroppedAttributes, events, links);
    }

    private static ulong IdOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt64BigEndian(id);
}
