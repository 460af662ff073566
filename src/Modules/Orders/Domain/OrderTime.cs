namespace ECommerce.Orders;

internal static class OrderTime
{
    /// <summary>The time as PostgreSQL keeps it, in whole microseconds: what is answered today reads the same tomorrow.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
