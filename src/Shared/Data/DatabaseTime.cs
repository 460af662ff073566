namespace ECommerce.Data;

/// <summary>The clock at the resolution of PostgreSQL's <c>timestamptz</c>.</summary>
public static class DatabaseTime
{
    /// <summary>
    /// The current time in whole microseconds. A time that is written to the database and answered at once has to be taken from here: with the
    /// 100 ns of <see cref="DateTimeOffset"/> the same row would read differently tomorrow.
    /// </summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
