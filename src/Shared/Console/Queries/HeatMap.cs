using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>
/// Counts durations over time: columns of equal time, and rows of durations of which two make a power of two. A row is four buckets of
/// <see cref="DurationCounts"/>, so that its bounds are bounds of the histogram's buckets, too.
/// </summary>
internal sealed class HeatMap
{
    /// <summary>The limit on the number of columns.</summary>
    public const int MostColumns = 400;

    private const int BucketsOfRow = DurationCounts.Steps / 2;
    private const int AllRows = DurationCounts.Buckets / BucketsOfRow;

    private readonly int[] _counts;
    private readonly int[] _errors;

    /// <param name="from">The first moment, in Unix ticks.</param>
    /// <param name="to">The first moment behind the map.</param>
    /// <param name="columns">The number of columns.</param>
    public HeatMap(long from, long to, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        Columns = Math.Clamp(columns, 1, MostColumns);
        (From, To) = (from, to);
        (_counts, _errors) = (new int[Columns * AllRows], new int[Columns * AllRows]);
    }

    public long From { get; }

    public long To { get; }

    public int Columns { get; }

    /// <summary>The first row with a count; greater than <see cref="LastRow"/> when there is none.</summary>
    public int FirstRow { get; private set; } = AllRows;

    public int LastRow { get; private set; } = -1;

    /// <summary>The greatest count of a cell.</summary>
    public int Most { get; private set; }

    /// <summary>All durations together, in the finer buckets.</summary>
    public DurationCounts Durations { get; } = new();

    /// <summary>The durations of what failed.</summary>
    public DurationCounts Failed { get; } = new();

    /// <summary>Counts a duration when its start is within the map.</summary>
    public void Add(long start, long duration, bool isError)
    {
        if (start < From || start >= To)
            return;
        duration = Math.Max(0, duration);
        var row = DurationCounts.BucketOf(duration) / BucketsOfRow;
        var cell = (ColumnOf(start) * AllRows) + row;
        Most = Math.Max(Most, ++_counts[cell]);
        (FirstRow, LastRow) = (Math.Min(FirstRow, row), Math.Max(LastRow, row));
        Durations.Add(duration);
        if (!isError)
            return;
        _errors[cell]++;
        Failed.Add(duration);
    }

    /// <summary>The number of rows between the first and the last with a count, both included.</summary>
    public int Rows => Math.Max(0, LastRow - FirstRow + 1);

    public int Count(int column, int row) => _counts[(column * AllRows) + row];

    public int Errors(int column, int row) => _errors[(column * AllRows) + row];

    /// <summary>The first moment of a column; of the number of columns the end of the map.</summary>
    public long StartOf(int column) => From + (long)((Int128)(To - From) * column / Columns);

    /// <summary>The least duration of a row, in ticks.</summary>
    public static long LowerOf(int row) => row <= 0 ? 0 : UpperOf(row - 1) + 1;

    /// <summary>The greatest duration of a row, in ticks.</summary>
    public static long UpperOf(int row) => DurationCounts.UpperOf((row * BucketsOfRow) + BucketsOfRow - 1);

    /// <summary>A map of single spans.</summary>
    public static HeatMap OfSpans(SegmentStore store, Filter filter, long from, long to, int columns, CancellationToken cancellation)
    {
        var map = new HeatMap(from, to, columns);
        using var view = store.Read(from, to);
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < segment.Count; i++)
            {
                var span = new SpanRecord(segment[i]);
                if (span.Start >= from && span.Start < to && filter.Matches(span))
                    map.Add(span.Start, span.Duration, span.IsError);
            }
        }
        return map;
    }

    // The largest column that does not start behind the moment: both directions round in the same way.
    private int ColumnOf(long start)
    {
        var column = (int)((Int128)(start - From) * Columns / (To - From));
        return column + 1 < Columns && StartOf(column + 1) <= start ? column + 1 : column;
    }
}
