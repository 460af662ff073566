namespace ECommerce.Orders;

internal static class OrderTime
{
    /// <summary>The current time in whole microseconds, PostgreSQL's resolution, so that an answer reads the same later.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
