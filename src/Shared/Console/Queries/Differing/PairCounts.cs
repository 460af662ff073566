using System.Buffers;
using System.Runtime.InteropServices;
using Observability.Console.Storage;

namespace Observability.Console.Queries.Differing;

/// <summary>
/// In how many selected traces and in how many others each pair of an attribute and a value is. The spans of a trace lie apart, and a pair of
/// several spans counts once: the pairs are gathered trace by trace first, and counted then.
/// </summary>
internal sealed class PairCounts : IDisposable
{
    private readonly TraceSides _sides;
    private readonly PairTable _table;
    private readonly int[] _gathered;
    private readonly int[] _ends;
    private readonly int[] _countedAs;
    private readonly (int Selected, int Others)[] _counts;

    public PairCounts(SegmentView view, TraceSides sides, SegmentTexts texts, PairTable table, CancellationToken cancellation)
    {
        (_sides, _table) = (sides, table);
        _gathered = ArrayPool<int>.Shared.Rent((int)sides.Pairs);
        _ends = new int[sides.Count];
        for (var (trace, start) = (0, 0); trace < _ends.Length; start += sides.PairsOf(trace), trace++)
            _ends[trace] = start;
        // The selected traces first: what many of them have finds room in the table.
        Gather(view, texts, TraceSide.Selected, cancellation);
        Gather(view, texts, TraceSide.Rest, cancellation);
        _countedAs = table.CountedAs();
        _counts = new (int, int)[_countedAs.Length];
        ForEachTrace((side, pairs) =>
        {
            foreach (var pair in pairs)
                _ = side is TraceSide.Selected ? _counts[pair].Selected++ : _counts[pair].Others++;
        });
    }

    public int Selected(int pair) => _counts[pair].Selected;

    public int Rest(int pair) => _counts[pair].Others;

    /// <summary>Which of these pairs, at most 64, are together in how many traces: a bit for each.</summary>
    public Dictionary<ulong, int> Together(IReadOnlyList<int> pairs)
    {
        var bits = new ulong[_countedAs.Length];
        for (var i = 0; i < pairs.Count; i++)
            bits[pairs[i]] = 1UL << i;
        Dictionary<ulong, int> together = [];
        ForEachTrace((side, found) =>
        {
            var mask = 0UL;
            foreach (var pair in found)
                mask |= bits[pair];
            CollectionsMarshal.GetValueRefOrAddDefault(together, mask, out var _)++;
        });
        return together;
    }

    public void Dispose() => ArrayPool<int>.Shared.Return(_gathered);

    private void Gather(SegmentView view, SegmentTexts texts, TraceSide side, CancellationToken cancellation)
    {
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            texts.Open(segment.Segment);
            for (var i = 0; i < segment.Count; i++)
            {
                var trace = _sides.Find(SpanRecord.TraceOf(segment[i]));
                if (trace >= 0 && _sides.SideOf(trace) == side)
                    Gather(segment[i], ref _ends[trace]);
            }
        }
    }

    private void Gather(RecordReader record, ref int end)
    {
        var (name, status, attributes) = SpanRecord.Compared(ref record);
        _gathered[end++] = _table.OfName(name);
        _gathered[end++] = _table.OfStatus(status);
        for (; attributes > 0; attributes--)
        {
            if (_table.Read(ref record) is { } pair)
                _gathered[end++] = pair;
        }
    }

    /// <summary>Calls back with the different pairs of each trace.</summary>
    private void ForEachTrace(Action<TraceSide, List<int>> take)
    {
        var seenIn = new int[_countedAs.Length];
        List<int> pairs = [];
        for (var (trace, start) = (0, 0); trace < _ends.Length; start += _sides.PairsOf(trace), trace++)
        {
            if (_sides.SideOf(trace) is TraceSide.None)
                continue;
            pairs.Clear();
            foreach (var gathered in _gathered.AsSpan(start.._ends[trace]))
            {
                var pair = _countedAs[gathered];
                if (seenIn[pair] == trace + 1)
                    continue;
                seenIn[pair] = trace + 1;
                pairs.Add(pair);
            }
            take(_sides.SideOf(trace), pairs);
        }
    }
}
