using Microsoft.Extensions.Options;

namespace ECommerce.Web;

/// <summary>The places of the host for requests in work (<see cref="LimitsOptions.Concurrency"/>), and how many requests found none lately.</summary>
internal sealed class Places(IOptions<LimitsOptions> limits, TimeProvider clock)
{
    /// <summary>The time over which admissions are remembered.</summary>
    public const int Seconds = 10;

    private readonly Second[] _seconds = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Second())];
    private readonly int _most = limits.Value.Concurrency;
    private int _taken;

    /// <summary>Takes a place, which <see cref="Leave"/> gives back; false when there is none.</summary>
    public bool TryTake()
    {
        var isFree = Interlocked.Increment(ref _taken) <= _most;
        if (!isFree)
            Leave();
        NowCount(isFree);
        return isFree;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>How many requests were admitted and refused in the last ten seconds.</summary>
    public (long Admitted, long Refused) Recent()
    {
        var oldest = Now() - Seconds;
        var (admitted, refused) = (0L, 0L);
        foreach (var second in _seconds)
        {
            if (Volatile.Read(ref second.Number) <= oldest)
                continue;
            admitted += Volatile.Read(ref second.Admitted);
            refused += Volatile.Read(ref second.Refused);
        }

        return (admitted, refused);
    }

    // Without a lock: two requests that begin a second together may lose a count, and a share of ten seconds does not show it.
    private void NowCount(bool isAdmitted)
    {
        var number = Now();
        var second = _seconds[number % _seconds.Length];
        var last = Volatile.Read(ref second.Number);
        if (last != number && Interlocked.CompareExchange(ref second.Number, number, last) == last)
        {
            Volatile.Write(ref second.Admitted, 0);
            Volatile.Write(ref second.Refused, 0);
        }

        Interlocked.Increment(ref (isAdmitted ? ref second.Admitted : ref second.Refused));
    }

    private long Now() => clock.GetTimestamp() / clock.TimestampFrequency;

    private sealed class Second
    {
        public long Number;
        public long Admitted;
        public long Refused;
    }
}
