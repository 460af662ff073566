namespace Observability.Console.Recording;

/// <summary>Counts the items of one signal that did not reach their store.</summary>
internal sealed class Losses
{
    private long _queueFull;
    private long _failed;
    private long _noted;
    private long _lastAt = long.MinValue;

    /// <summary>Items that found the queue full.</summary>
    public long Dropped => Interlocked.Read(ref _queueFull);

    /// <summary>Items that could not be encoded, or are too large.</summary>
    public long Unreadable => Interlocked.Read(ref _failed);

    /// <summary>When the last loss was noticed, in Unix ticks; the least number when there was none.</summary>
    public long LastAt => Interlocked.Read(ref _lastAt);

    public void QueueFull() => Interlocked.Increment(ref _queueFull);

    public void Failed() => Interlocked.Increment(ref _failed);

    /// <summary>Gives new losses a time. The threads that lose something do not ask the clock.</summary>
    public void Note(TimeProvider time)
    {
        var lost = Dropped + Unreadable;
        if (lost == _noted)
            return;
        _noted = lost;
        Interlocked.Exchange(ref _lastAt, Recorder.TicksOf(time.GetUtcNow()));
    }
}
