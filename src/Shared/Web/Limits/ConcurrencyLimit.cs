using Microsoft.Extensions.Options;

namespace ECommerce.Web;

/// <summary>
/// The concurrency limit of the host (<see cref="LimitsOptions.Concurrency"/>), and counts of recent admissions and refusals.
/// </summary>
internal sealed class ConcurrencyLimit(IOptions<LimitsOptions> limits, TimeProvider clock)
{
    /// <summary>The window of the counts, in seconds.</summary>
    public const int Seconds = 10;

    private readonly Second[] _seconds = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Second())];
    private readonly int _most = limits.Value.Concurrency;
    private int _taken;

    /// <summary>Takes a slot, which <see cref="Leave"/> returns. False when there is none.</summary>
    public bool TryTake()
    {
        var isFree = Interlocked.Increment(ref _taken) <= _most;
        if (!isFree)
            Leave();
        NowCount(isFree);
        return isFree;
    }

    public void Leave() => Interlocked.Decrement(ref _taken);

    /// <summary>The number of requests that were admitted and refused in the last ten seconds.</summary>
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

    // Lock-free: two requests that begin a second at once may lose a count, which is negligible in a share of ten seconds.
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
