namespace ECommerce.Testing;

/// <summary>The real time plus what a test has added to it. Timers keep running in real time.</summary>
public sealed class MovableClock : TimeProvider
{
    private long _offset;

    /// <summary>Lets time pass at once. Only on a host of the test's own: everybody there grows older.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _offset));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _offset)).TotalSeconds * TimestampFrequency);
}
