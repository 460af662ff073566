using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// One trace laid out as rows: spans below their parents in the order of their starts, log records below their spans, and a row for each
/// parent that is not kept. Bounded, and without a hold on the stores.
/// </summary>
internal sealed class TraceTree
{
    /// <summary>The limits on a tree. What is beyond is left out, and <see cref="IsCut"/> says so.</summary>
    public const int MostSpans = 100_000;
    public const int MostLines = 10_000;
    public const int MostEvents = 50_000;

    private readonly TraceRow[] _rows;
    private readonly CriticalPiece[] _critical;
    private readonly RowEvent[] _events;
    private readonly Dictionary<ulong, int> _rowOfSpan = [];

    /// <param name="trace">The trace.</param>
    /// <param name="rows">The rows in their order.</param>
    /// <param name="critical">The pieces of the critical path, with rows for nodes.</param>
    /// <param name="events">The times of events.</param>
    /// <param name="isCut">Whether something was left out.</param>
    public TraceTree(TraceKey trace, TraceRow[] rows, CriticalPiece[] critical, RowEvent[] events, bool isCut)
    {
        (Trace, _rows, _critical, _events, IsCut) = (trace, rows, critical, events, isCut);
        Array.Sort(_events);
        Array.Sort(_critical, static (one, other) => one.Node != other.Node ? one.Node.CompareTo(other.Node) : one.From.CompareTo(other.From));
        (Start, var end) = (long.MaxValue, long.MinValue);
        for (var i = 0; i < rows.Length; i++)
        {
            ref readonly var row = ref rows[i];
            Spans += row.Kind is TraceRowKind.Span ? 1 : 0;
            Lines += row.Kind is TraceRowKind.Line ? 1 : 0;
            Missing += row.Kind is TraceRowKind.Missing ? 1 : 0;
            Errors += row.Kind is TraceRowKind.Span && row.IsError ? 1 : 0;
            (Start, end) = (Math.Min(Start, row.Start), Math.Max(end, row.End));
            if (row.Kind is TraceRowKind.Span)
                _rowOfSpan.TryAdd(row.Span, i);
        }
        End = Math.Max(Start, end);
    }

    public TraceKey Trace { get; }

    public bool IsCut { get; }

    /// <summary>The number of rows.</summary>
    public int Count => _rows.Length;

    public int Spans { get; }

    public int Errors { get; }

    public int Lines { get; }

    public int Missing { get; }

    /// <summary>The first moment of a row, in Unix ticks.</summary>
    public long Start { get; }

    public long End { get; }

    public ref readonly TraceRow this[int row] => ref _rows[row];

    /// <summary>The row of a span; -1 when the tree does not have it.</summary>
    public int RowOf(ulong span) => _rowOfSpan.TryGetValue(span, out var row) ? row : -1;

    /// <summary>The pieces of the critical path in a row, in their order.</summary>
    public ReadOnlySpan<CriticalPiece> CriticalOf(int row)
    {
        var first = FirstPieceOf(row);
        var last = first;
        while (last < _critical.Length && _critical[last].Node == row)
            last++;
        return _critical.AsSpan(first..last);
    }

    /// <summary>The times of the events in a row; of a tree with very many events not of the last rows.</summary>
    public ReadOnlySpan<RowEvent> EventsOf(int row)
    {
        var first = _events.AsSpan().BinarySearch(new RowEvent(row, long.MinValue));
        first = first < 0 ? ~first : first;
        var last = first;
        while (last < _events.Length && _events[last].Row == row)
            last++;
        return _events.AsSpan(first..last);
    }

    /// <summary>Reads a trace.</summary>
    /// <param name="spans">The store of spans.</param>
    /// <param name="logs">The store of log records; null to leave them out.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="moduleAttribute">The attribute with the module of a span.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <param name="most">The limit on the number of spans.</param>
    /// <returns>The tree; null when no span is kept.</returns>
    public static TraceTree? Read(SegmentStore spans, SegmentStore? logs, TraceKey trace, string moduleAttribute, CancellationToken cancellation, int most = MostSpans) =>
        new TraceTreeBuilder(trace, moduleAttribute, most).Build(spans, logs, cancellation);

    private int FirstPieceOf(int row)
    {
        var (low, high) = (0, _critical.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _critical[middle].Node < row ? (middle + 1, high) : (low, middle);
        }
        return low;
    }
}

/// <summary>The time of an event of the span in a row.</summary>
internal readonly record struct RowEvent(int Row, long Time) : IComparable<RowEvent>
{
    public int CompareTo(RowEvent other) => Row != other.Row ? Row.CompareTo(other.Row) : Time.CompareTo(other.Time);
}
