using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Reads the spans and log records of a trace, and lays them out.</summary>
internal sealed class TraceTreeBuilder(TraceKey trace, string moduleAttribute, int mostSpans)
{
    private const int LongestMessage = 256;

    private readonly byte[] _module = Encoding.UTF8.GetBytes(moduleAttribute);
    private readonly Names _names = new();
    private readonly List<TraceRow> _spans = [];
    private readonly List<string> _sources = [];
    private readonly List<ulong> _parents = [];
    private readonly List<TraceRow> _lines = [];
    private readonly List<RowEvent> _events = [];
    private readonly Dictionary<ulong, int> _nodes = [];
    private bool _isCut;

    public TraceTree? Build(SegmentStore spans, SegmentStore? logs, CancellationToken cancellation)
    {
        ReadSpans(spans, cancellation);
        if (_spans.Count == 0)
            return null;
        if (logs is not null)
            ReadLines(logs, cancellation);

        var forest = MakeForest();
        var rows = new TraceRow[_spans.Count + _lines.Count];
        var rowOfNode = Emit(forest, rows);
        var critical = forest.CriticalPath().Where(piece => piece.Node != forest.Top).Select(piece => piece with { Node = rowOfNode[piece.Node] }).ToArray();
        foreach (var piece in critical)
            rows[piece.Node].Critical += piece.To - piece.From;
        return new(trace, rows, critical, [.. _events.Select(one => one with { Row = rowOfNode[one.Row] })], _isCut);
    }

    private void ReadSpans(SegmentStore store, CancellationToken cancellation)
    {
        using var view = store.Read();
        var places = TraceLookup.Find(view, trace);
        _isCut = places.Count > mostSpans;
        var count = Math.Min(places.Count, mostSpans);
        _spans.EnsureCapacity(count);
        for (var i = 0; i < count; i++)
        {
            if (i % 1024 == 0)
                cancellation.ThrowIfCancellationRequested();
            var span = new SpanRecord(view.Segments[places[i].Segment][places[i].Record]);
            Add(span);
        }
    }

    private void Add(in SpanRecord span)
    {
        var (module, host, isStatement, events, links) = PartsOf(span);
        var id = BinaryPrimitives.ReadUInt64BigEndian(span.SpanId);
        // Of two spans with one id the first is the parent of those that name it.
        _nodes.TryAdd(id, _spans.Count);
        _parents.Add(BinaryPrimitives.ReadUInt64BigEndian(span.ParentId));
        _spans.Add(new()
        {
            Kind = TraceRowKind.Span,
            Span = id,
            Start = span.Start,
            Duration = span.Duration,
            Name = _names.Of(span.Name),
            // The ancestors' module takes the place of the source when the rows are laid out.
            Owner = module ?? "",
            Host = host,
            SpanKind = (byte)span.Kind,
            IsError = span.IsError,
            IsStatement = isStatement,
            Events = (ushort)Math.Min(events, ushort.MaxValue),
            Links = (ushort)Math.Min(links, ushort.MaxValue),
        });
        _sources.Add(_names.Of(span.Scope));
    }

    private (string? Module, string Host, bool IsStatement, int Events, int Links) PartsOf(in SpanRecord span)
    {
        var (module, host, isStatement) = ((string?)null, "", false);
        var record = span.Attributes;
        for (var left = span.AttributeCount; left > 0; left--)
        {
            var key = record.Text();
            isStatement |= key.SequenceEqual("db.system.name"u8);
            if (module is null && key.SequenceEqual(_module))
                module = _names.Of(AttributeValue.Read(ref record).Text);
            else if (key.SequenceEqual(AttributeCodec.HostKey))
                host = _names.Of(AttributeValue.Read(ref record).Text);
            else
                AttributeValue.Skip(ref record);
        }
        var events = (int)record.Varint();
        for (var left = events; left > 0; left--)
        {
            var time = span.Start + record.Signed();
            if (_events.Count < TraceTree.MostEvents)
                _events.Add(new(_spans.Count, time));
            record.SkipText();
            for (var attributes = (int)record.Varint(); attributes > 0; attributes--)
            {
                record.SkipText();
                AttributeValue.Skip(ref record);
            }
        }
        return (module, host, isStatement, events, (int)record.Varint());
    }

    private void ReadLines(SegmentStore store, CancellationToken cancellation)
    {
        using var view = store.Read();
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) != trace)
                    continue;
                if (_lines.Count == TraceTree.MostLines)
                {
                    _isCut = true;
                    return;
                }
                Add(new LogRecord(segment[i]), segment.SequenceOf(i));
            }
        }
    }

    private void Add(in LogRecord line, long sequence) => _lines.Add(new()
    {
        Kind = TraceRowKind.Line,
        Span = BinaryPrimitives.ReadUInt64BigEndian(line.SpanId),
        Start = line.Time,
        Name = Encoding.UTF8.GetString(line.Body[..Math.Min(line.Body.Length, LongestMessage)]),
        Owner = _names.Of(line.Category),
        Host = "",
        Level = (byte)LogRecord.PlaceOf(line.Severity),
        IsError = LogRecord.PlaceOf(line.Severity) >= LogRecord.ErrorPlace,
        Sequence = sequence,
    });

    // A parent that is not kept gets a node over the time of its children.
    private SpanForest MakeForest()
    {
        var kept = _spans.Count;
        List<int> parentOfKept = new(kept);
        for (var i = 0; i < kept; i++)
        {
            var parent = _parents[i];
            if (parent == 0)
            {
                parentOfKept.Add(-1);
                continue;
            }
            if (!_nodes.TryGetValue(parent, out var node))
            {
                node = _spans.Count;
                _nodes.Add(parent, node);
                _spans.Add(new() { Kind = TraceRowKind.Missing, Span = parent, Start = _spans[i].Start, Duration = _spans[i].Duration, Name = "", Owner = "", Host = "" });
                _sources.Add("");
            }
            if (node >= kept)
                Widen(node, _spans[i]);
            parentOfKept.Add(node);
        }
        int[] parents = [.. parentOfKept, .. Enumerable.Repeat(-1, _spans.Count - kept)];
        return new([.. _spans.Select(span => span.Start)], [.. _spans.Select(span => span.End)], parents);
    }

    private void Widen(int node, TraceRow child)
    {
        ref var span = ref CollectionsMarshal.AsSpan(_spans)[node];
        var end = Math.Max(span.End, child.End);
        span.Start = Math.Min(span.Start, child.Start);
        span.Duration = end - span.Start;
    }

    /// <summary>Writes the rows depth first, with log records among the children.</summary>
    /// <returns>The row of each node.</returns>
    private int[] Emit(SpanForest forest, TraceRow[] rows)
    {
        _lines.Sort(static (one, other) => one.Start != other.Start ? one.Start.CompareTo(other.Start) : one.Sequence.CompareTo(other.Sequence));
        var linesOf = _lines.ToLookup(line => _nodes.TryGetValue(line.Span, out var node) ? node : forest.Top);
        var rowOfNode = new int[_spans.Count];
        var written = 0;
        Stack<Level> open = new([new(forest.Top, -1, 0, [.. linesOf[forest.Top]], 0)]);
        while (open.TryPop(out var level))
        {
            var children = forest.ChildrenOf(level.Node);
            if (level.NextLine < level.Lines.Length
                && (level.NextChild == children.Length || level.Lines[level.NextLine].Start < forest.StartOf(children[level.NextChild])))
            {
                Write(level.Lines[level.NextLine]);
                open.Push(level with { NextLine = level.NextLine + 1 });
            }
            else if (level.NextChild < children.Length)
            {
                var child = children[level.NextChild];
                rowOfNode[child] = written;
                open.Push(level with { NextChild = level.NextChild + 1 });
                TraceRow[] lines = [.. linesOf[child]];
                open.Push(new(child, written, 0, lines, 0));
                var row = _spans[child];
                row.Self = forest.SelfTimeOf(child);
                row.Lines = (ushort)Math.Min(lines.Length, ushort.MaxValue);
                if (row.Owner.Length == 0)
                    row.Owner = level.Row >= 0 && rows[level.Row].Owner.Length > 0 ? rows[level.Row].Owner : _sources[child];
                Write(row);
            }
            else if (level.Row >= 0)
            {
                rows[level.Row].Below = written - level.Row - 1;
            }

            void Write(TraceRow row)
            {
                row.Parent = level.Row;
                row.Depth = level.Row < 0 ? 0 : rows[level.Row].Depth + 1;
                if (row.Kind is TraceRowKind.Line && level.Row >= 0)
                    row.Host = rows[level.Row].Host;
                rows[written++] = row;
            }
        }
        return rowOfNode;
    }

    /// <param name="Node">The span whose children are written.</param>
    /// <param name="Row">Its row; -1 for the whole trace.</param>
    private readonly record struct Level(int Node, int Row, int NextChild, TraceRow[] Lines, int NextLine);
}
