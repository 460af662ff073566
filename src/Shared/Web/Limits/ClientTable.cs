using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace ECommerce.Web;

/// <summary>
/// The table of client networks and their counts. It is bounded: clients without open requests whose token buckets are full are removed,
/// and while the table is full, all new clients share one entry.
/// </summary>
internal sealed class ClientTable(IOptions<LimitsOptions> limits, TimeProvider clock)
{
    /// <summary>The capacity of the table. An entry takes about 250 bytes.</summary>
    public const int Most = 50_000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IPAddress, Client> _known = new();
    private readonly Client _others = new();
    private readonly ClientLimits _limits = new(limits.Value, clock.TimestampFrequency);
    private int _count;
    private long _sweptAt;

    /// <summary>The number of clients in the table.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a probe of the client.</summary>
    /// <returns>Null, or the time to wait.</returns>
    public TimeSpan? CountProbe(IPAddress network)
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            if (Find(network, now).TryProbe(_limits, now, out var wait))
                return wait;
        }
    }

    /// <summary>Counts a request of the client and takes one of its slots, which <see cref="Client.Leave"/> returns.</summary>
    /// <param name="network">The client's network.</param>
    /// <param name="client">The client; null when the request is refused.</param>
    /// <param name="limit">The limit that refuses.</param>
    /// <returns>The time that a refused client has to wait.</returns>
    public TimeSpan Enter(IPAddress network, out Client? client, out Limit limit)
    {
        var now = clock.GetTimestamp();
        while (true)
        {
            client = Find(network, now);
            if (client.TryEnter(_limits, now, out var entered, out limit, out var wait))
            {
                if (!entered)
                    client = null;
                return wait;
            }
        }
    }

    private Client Find(IPAddress network, long now)
    {
        if (_known.TryGetValue(network, out var client))
            return client;
        if (Count >= Most && !Sweep(now))
            return _others;
        client = new();
        if (!_known.TryAdd(network, client))
            return _known.TryGetValue(network, out var twin) ? twin : _others;
        Interlocked.Increment(ref _count);
        return client;
    }

    // At most once an interval, by the request that finds the table full.
    private bool Sweep(long now)
    {
        var last = Volatile.Read(ref _sweptAt);
        if (clock.GetElapsedTime(last, now) < SweepInterval || Interlocked.CompareExchange(ref _sweptAt, now, last) != last)
            return false;
        foreach (var (network, client) in _known)
        {
            if (client.TryRetire(_limits, now) && _known.TryRemove(network, out _))
                Interlocked.Decrement(ref _count);
        }

        return Count < Most;
    }
}

/// <summary>The limits of every client, in ticks of the clock.</summary>
internal sealed class ClientLimits(LimitsOptions limits, long ticksPerSecond)
{
    public double Burst { get; } = limits.Burst;

    public double TokensPerTick { get; } = (double)limits.RequestsPerSecond / ticksPerSecond;

    public int Share { get; } = limits.ClientShare;

    public TimeSpan TimeFor(double tokens) => TimeSpan.FromSeconds(tokens / limits.RequestsPerSecond);
}

/// <summary>The counts of one client: a token bucket for requests, one for probes, and the open requests.</summary>
internal sealed class Client
{
    private readonly Lock _lock = new();
    private Bucket _requests;
    private Bucket _probes;
    private long _bufferedBytes;
    private int _open;
    private bool _isRetired;

    /// <returns>False when the client was removed from the table meanwhile and has to be looked up again.</returns>
    public bool TryProbe(ClientLimits limits, long now, out TimeSpan? wait)
    {
        lock (_lock)
        {
            wait = _isRetired || _probes.TryTake(limits, now) ? null : limits.TimeFor(1 - _probes.Tokens);
            return !_isRetired;
        }
    }

    /// <inheritdoc cref="TryProbe"/>
    public bool TryEnter(ClientLimits limits, long now, out bool entered, out Limit limit, out TimeSpan wait)
    {
        lock (_lock)
        {
            (entered, limit, wait) = (false, Limit.Rate, TimeSpan.Zero);
            if (_isRetired)
                return false;
            if (!_requests.TryTake(limits, now))
            {
                wait = limits.TimeFor(1 - _requests.Tokens);
            }
            else if (_open >= limits.Share)
            {
                (limit, wait) = (Limit.ClientShare, TimeSpan.FromSeconds(1));
            }
            else
            {
                _open++;
                entered = true;
            }

            return true;
        }
    }

    /// <summary>Returns the resources of one request.</summary>
    /// <param name="bufferedBytes">The sum of the bytes that <see cref="TryBuffer"/> has granted to the request.</param>
    public void Leave(long bufferedBytes)
    {
        lock (_lock)
        {
            _open--;
            _bufferedBytes -= bufferedBytes;
        }
    }

    /// <summary>Takes bytes of the client's share of the memory for bodies.</summary>
    public bool TryBuffer(long bytes, long most)
    {
        lock (_lock)
        {
            if (_bufferedBytes + bytes > most)
                return false;
            _bufferedBytes += bytes;
            return true;
        }
    }

    /// <summary>Retires a client whose state equals that of a new one.</summary>
    public bool TryRetire(ClientLimits limits, long now)
    {
        lock (_lock)
            return _isRetired = _isRetired || (_open == 0 && _requests.IsFull(limits, now) && _probes.IsFull(limits, now));
    }

    /// <summary>A token bucket, full at first.</summary>
    private struct Bucket
    {
        private double _tokens;
        private long _at;

        public readonly double Tokens => _tokens;

        public bool TryTake(ClientLimits limits, long now)
        {
            _tokens = TokensAt(limits, now);
            _at = now;
            if (_tokens < 1)
                return false;
            _tokens--;
            return true;
        }

        public readonly bool IsFull(ClientLimits limits, long now) => TokensAt(limits, now) >= limits.Burst;

        private readonly double TokensAt(ClientLimits limits, long now) =>
            _at == 0 ? limits.Burst : Math.Min(limits.Burst, _tokens + (Math.Max(0, now - _at) * limits.TokensPerTick));
    }
}
