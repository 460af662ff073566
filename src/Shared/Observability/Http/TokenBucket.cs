using System.Diagnostics;

namespace Observability.Http;

/// <summary>
/// A lock-free token bucket (the generic cell rate algorithm, ITU-T I.371). Its state is one time: when the bucket is full again.
/// </summary>
internal sealed class TokenBucket(int perSecond, int burst)
{
    private readonly long _interval = Math.Max(1, Stopwatch.Frequency / perSecond);
    private long _fullAt = Stopwatch.GetTimestamp();

    public bool TryTake()
    {
        var now = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _fullAt) is var fullAt && Math.Max(fullAt, now) - now <= (burst - 1) * _interval)
        {
            if (Interlocked.CompareExchange(ref _fullAt, Math.Max(fullAt, now) + _interval, fullAt) == fullAt)
                return true;
        }
        return false;
    }
}
