using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Counts log records over time, by level: columns of equal time.</summary>
internal sealed class LogCounts
{
    /// <summary>The limit on the number of columns.</summary>
    public const int MostColumns = 400;

    private readonly int[] _counts;
    private readonly int[] _totals = new int[LogRecord.Levels.Length];

    private LogCounts(long from, long to, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        Columns = Math.Clamp(columns, 1, MostColumns);
        (From, To) = (from, to);
        _counts = new int[Columns * LogRecord.Levels.Length];
    }

    public long From { get; }

    public long To { get; }

    public int Columns { get; }

    /// <summary>All counted records.</summary>
    public long Total { get; private set; }

    /// <summary>The greatest number of records of a column.</summary>
    public int Most
    {
        get
        {
            var most = 0;
            for (var column = 0; column < Columns; column++)
                most = Math.Max(most, CountOf(column));
            return most;
        }
    }

    /// <param name="column">The column.</param>
    /// <param name="level">A place in <see cref="LogRecord.Levels"/>.</param>
    public int this[int column, int level] => _counts[(column * LogRecord.Levels.Length) + level];

    /// <summary>The records of a level in all columns.</summary>
    public int CountOfLevel(int level) => _totals[level];

    /// <summary>The records of a column of all levels.</summary>
    public int CountOf(int column)
    {
        var count = 0;
        for (var level = 0; level < LogRecord.Levels.Length; level++)
            count += this[column, level];
        return count;
    }

    /// <summary>The first moment of a column; of the number of columns the end.</summary>
    public long StartOf(int column) => From + (long)((Int128)(To - From) * column / Columns);

    public static LogCounts Make(SegmentStore store, Filter filter, long from, long to, int columns, CancellationToken cancellation)
    {
        var counts = new LogCounts(from, to, columns);
        using var view = store.Read(from, to);
        foreach (var segment in view.Segments)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < segment.Count; i++)
            {
                var record = new LogRecord(segment[i]);
                if (record.Time >= from && record.Time < to && filter.Matches(record))
                    counts.Add(record.Time, LogRecord.PlaceOf(record.Severity));
            }
        }
        return counts;
    }

    private void Add(long time, int level)
    {
        var column = (int)((Int128)(time - From) * Columns / (To - From));
        if (column + 1 < Columns && StartOf(column + 1) <= time)
            column++;
        _counts[(column * LogRecord.Levels.Length) + level]++;
        _totals[level]++;
        Total++;
    }
}
