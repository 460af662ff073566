using System.Buffers.Binary;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// Finds the traces of a story: one pass over the spans gathers what ties traces together, and the story grows from the asked trace along
/// those ties. Links of server spans do not count: any caller can write them, and could write itself into the story of another.
/// </summary>
internal sealed class StoryTies(IReadOnlyList<string> attributes)
{
    private const int MostTies = 1 << 18;
    private const int MostBatches = 1 << 16;
    private const int Link = -1;
    private const int Server = 1;
    private const int Producer = 3;
    private const int Consumer = 4;

    private readonly byte[][] _keys = [.. attributes.Select(Encoding.UTF8.GetBytes)];
    private readonly List<Tie> _ties = [];
    private readonly List<Batch> _batches = [];
    private readonly Dictionary<ulong, string> _sourceOfProducer = [];
    private readonly Names _names = new();

    /// <summary>Whether a trace or a tie was left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The traces of the story, the asked one first.</summary>
    public IReadOnlyList<(TraceKey Trace, StoryTie Tie, string Means)> Find(SegmentView view, TraceKey asked, CancellationToken cancellation)
    {
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < segment.Count; i++)
                Gather(new SpanRecord(segment[i]));
        }

        List<(TraceKey Trace, StoryTie Tie, string Means)> traces = [(asked, StoryTie.Asked, "")];
        HashSet<TraceKey> known = [asked];
        HashSet<ulong> values = [];
        while (Grow(traces, known, values))
            cancellation.ThrowIfCancellationRequested();
        AddBatches(traces, known);
        return traces;
    }

    /// <summary>From the span that a link names to the span that has the link.</summary>
    public IReadOnlyList<StoryArrow> ArrowsOf(IReadOnlySet<TraceKey> known) =>
    [
        .. from tie in _ties
           where tie.Key == Link && known.Contains(tie.Trace) && known.Contains(tie.Linked)
           select new StoryArrow(tie.Linked, tie.Value, tie.Trace, tie.Span),
    ];

    private void Gather(in SpanRecord span)
    {
        var record = span.Attributes;
        for (var left = span.AttributeCount; left > 0; left--)
        {
            var key = record.Text();
            var place = PlaceOf(key);
            if (place >= 0)
                Add(new(span.Trace, IdOf(span.SpanId), place, default, HashOf(place, AttributeValue.Read(ref record)), 0));
            else
                AttributeValue.Skip(ref record);
            if (place < 0 && key.SequenceEqual("messaging.batch.message_count"u8))
                AddBatch(span);
        }
        if (span.Kind is Producer)
            _sourceOfProducer.TryAdd(IdOf(span.SpanId), _names.Of(span.Scope));
        if (span.Kind is not Server)
            GatherLinks(span, record);
    }

    private void GatherLinks(in SpanRecord span, RecordReader record)
    {
        for (var events = (int)record.Varint(); events > 0; events--)
        {
            record.Signed();
            record.SkipText();
            SkipAttributes(ref record);
        }
        for (var links = (int)record.Varint(); links > 0; links--)
        {
            var ids = record.Raw(SpanRecord.LinkBytes);
            Add(new(span.Trace, IdOf(span.SpanId), Link, TraceKey.Read(ids), IdOf(ids[16..]), span.Kind is Consumer ? span.Start : 0));
            SkipAttributes(ref record);
        }
    }

    private static void SkipAttributes(ref RecordReader record)
    {
        for (var left = (int)record.Varint(); left > 0; left--)
        {
            record.SkipText();
            AttributeValue.Skip(ref record);
        }
    }

    private void Add(Tie tie)
    {
        if (_ties.Count < MostTies)
            _ties.Add(tie);
        else
            IsCut = true;
    }

    private void AddBatch(in SpanRecord span)
    {
        if (_batches.Count < MostBatches)
            _batches.Add(new(span.Trace, _names.Of(span.Scope), span.Start, span.Start + span.Duration));
        else
            IsCut = true;
    }

    /// <summary>Adds the traces that are tied to known ones; false when there are no more.</summary>
    private bool Grow(List<(TraceKey Trace, StoryTie Tie, string Means)> traces, HashSet<TraceKey> known, HashSet<ulong> values)
    {
        var before = known.Count;
        List<TraceKey> linked = [];
        foreach (var tie in _ties)
        {
            if (!known.Contains(tie.Trace))
                continue;
            if (tie.Key == Link)
                linked.Add(tie.Linked);
            else
                values.Add(tie.Value);
        }
        foreach (var trace in linked)
            AddTrace(trace, StoryTie.Link, "");
        foreach (var tie in _ties)
        {
            if (tie.Key == Link ? known.Contains(tie.Linked) : values.Contains(tie.Value))
                AddTrace(tie.Trace, tie.Key == Link ? StoryTie.Link : StoryTie.Value, tie.Key == Link ? "" : attributes[tie.Key]);
        }
        return known.Count > before;

        void AddTrace(TraceKey trace, StoryTie tie, string means)
        {
            if (known.Contains(trace))
                return;
            if (known.Count < TraceStory.MostParts && known.Add(trace))
                traces.Add((trace, tie, means));
            else
                IsCut = true;
        }
    }

    // A batch does not name its messages. A consumer in the same process begins while the batch of its sender's source runs.
    private void AddBatches(List<(TraceKey Trace, StoryTie Tie, string Means)> traces, HashSet<TraceKey> known)
    {
        foreach (var tie in _ties)
        {
            if (tie.Start == 0 || !known.Contains(tie.Trace) || !_sourceOfProducer.TryGetValue(tie.Value, out var source))
                continue;
            foreach (var batch in _batches)
            {
                if (batch.Start <= tie.Start && tie.Start <= batch.End && batch.Source == source && known.Count < TraceStory.MostParts && known.Add(batch.Trace))
                    traces.Add((batch.Trace, StoryTie.Time, ""));
            }
        }
    }

    private int PlaceOf(ReadOnlySpan<byte> key)
    {
        for (var i = 0; i < _keys.Length; i++)
        {
            if (key.SequenceEqual(_keys[i]))
                return i;
        }
        return -1;
    }

    // 64 bits of a hash whose seed is random for each process: nobody can choose two values with one hash.
    private static ulong HashOf(int place, AttributeValue value)
    {
        var (one, other) = (new HashCode(), new HashCode());
        one.Add(place);
        other.Add(~place);
        if (value.Kind is AttributeKind.Integer)
            (one, other) = (Added(one, value.Integer), Added(other, value.Integer));
        one.AddBytes(value.Text);
        other.AddBytes(value.Text);
        return ((ulong)(uint)one.ToHashCode() << 32) | (uint)other.ToHashCode();
    }

    private static HashCode Added(HashCode hash, long value)
    {
        hash.Add(value);
        return hash;
    }

    private static ulong IdOf(ReadOnlySpan<byte> id) => BinaryPrimitives.ReadUInt64BigEndian(id);

    /// <param name="Key">The place of the attribute, or <see cref="Link"/>.</param>
    /// <param name="Linked">The trace of a link.</param>
    /// <param name="Value">The hash of the attribute's value, or the span of a link.</param>
    /// <param name="Start">When the consumer began that has the link; 0 for other spans.</param>
    private readonly record struct Tie(TraceKey Trace, ulong Span, int Key, TraceKey Linked, ulong Value, long Start);

    private readonly record struct Batch(TraceKey Trace, string Source, long Start, long End);
}
