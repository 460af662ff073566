using System.Diagnostics;
using System.Net;

namespace ECommerce.Users;

/// <summary>
/// The bounded, fair queue for hashing slots. There are half as many slots as processors, so that hashing leaves the other half to other
/// requests. A free slot goes to the waiting clients in turn (round robin), so that a client with many requests delays only its own.
/// Requests beyond the bounds are refused with 429.
/// </summary>
internal sealed class HashingQueue(IOptions<PasswordOptions> options, UsersMetrics metrics)
{
    private const double FirstGuess = 0.1;
    private const double Smoothing = 0.1;
    private const int LongestRetry = 60;

    private readonly Lock _lock = new();
    private readonly LinkedList<ClientLine> _ring = []; // one entry per waiting client; the first is served next
    private readonly int _slots = Math.Max(1, Environment.ProcessorCount / 2);
    private int _taken;
    private int _waiting;
    private double _meanSeconds = FirstGuess;

    /// <summary>Waits for a slot, which the caller disposes.</summary>
    /// <param name="client">The client network that waits, by <see cref="ECommerce.Web.ClientNetwork"/>.</param>
    /// <param name="ct">Ends the wait and gives up the place.</param>
    /// <returns>The slot, or 429 with the time until a retry makes sense.</returns>
    public async Task<Result<HashingSlot>> EnterAsync(IPAddress client, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        Waiter waiter;
        lock (_lock)
        {
            if (_taken < _slots)
            {
                _taken++;
                metrics.HashingWait.Observe(0);
                return new HashingSlot(this);
            }

            var line = _ring.FirstOrDefault(one => one.Client.Equals(client));
            if (RefusalFor(line) is { } refusal)
                return refusal;
            waiter = new(this, line ?? NewLine(client));
            waiter.Line.Waiters.AddLast(waiter);
            Waiting(+1);
        }

        using var registration = ct.UnsafeRegister(static (state, token) => ((Waiter)state!).Cancel(token), waiter);
        var entered = await waiter.Entered.Task;
        if (entered.Error is null)
            metrics.HashingWait.Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return entered;
    }

    /// <summary>Passes the slot to the next client.</summary>
    internal void Leave(TimeSpan held)
    {
        lock (_lock)
        {
            _meanSeconds += Smoothing * (held.TotalSeconds - _meanSeconds);
            if (_ring.First is not { } first)
            {
                _taken--;
                return;
            }

            _ring.RemoveFirst();
            var next = first.Value.Waiters.First!.Value;
            first.Value.Waiters.RemoveFirst();
            if (first.Value.Waiters.Count > 0)
                _ring.AddLast(first);
            Waiting(-1);
            next.Entered.SetResult(new HashingSlot(this));
        }
    }

    // When the queue is full, the client with the most requests in it gives one up to a client with fewer, so that a few clients cannot
    // lock out all others.
    private Error? RefusalFor(ClientLine? line)
    {
        var own = line?.Waiters.Count ?? 0;
        if (own >= options.Value.WaitingPerClient)
        {
            metrics.ClientQueueFull.Inc();
            return Refusal("This client already waits with as many requests as may wait for one client.", _ring.Count);
        }

        if (_waiting < options.Value.Waiting)
            return null;
        metrics.QueueFull.Inc();
        var refusal = Refusal("Too many requests wait for a password to be hashed.", _waiting + 1);
        if (_ring.MaxBy(one => one.Waiters.Count) is not { } longest || longest.Waiters.Count <= own + 1)
            return refusal;
        var last = longest.Waiters.Last!.Value;
        Remove(last);
        last.Entered.SetResult(refusal);
        return null;
    }

    /// <param name="why">The reason of the refusal.</param>
    /// <param name="ahead">The number of hashes after which there is space in the queue.</param>
    private Error Refusal(string why, int ahead) => CommonErrors.TooManyRequests.Because(why)
        .RetryAfter(TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(ahead * _meanSeconds / _slots), 1, LongestRetry)));

    private ClientLine NewLine(IPAddress client)
    {
        ClientLine line = new(client, []);
        _ring.AddLast(line);
        return line;
    }

    private void Remove(Waiter waiter)
    {
        waiter.Line.Waiters.Remove(waiter);
        if (waiter.Line.Waiters.Count == 0)
            _ring.Remove(waiter.Line);
        Waiting(-1);
    }

    private void Waiting(int more) => metrics.HashingWaiting.Set(_waiting += more);

    private sealed record ClientLine(IPAddress Client, LinkedList<Waiter> Waiters);

    private sealed class Waiter(HashingQueue queue, ClientLine line)
    {
        public ClientLine Line => line;

        public TaskCompletionSource<Result<HashingSlot>> Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // A slot that was assigned at the same moment stays assigned: the request disposes it.
        public void Cancel(CancellationToken token)
        {
            lock (queue._lock)
            {
                if (Entered.TrySetCanceled(token))
                    queue.Remove(this);
            }
        }
    }
}

/// <summary>A hashing slot: the right to compute one hash. Dispose returns it.</summary>
internal sealed class HashingSlot(HashingQueue queue) : IDisposable
{
    private readonly long _since = Stopwatch.GetTimestamp();
    private int _left;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _left, 1) == 0)
            queue.Leave(Stopwatch.GetElapsedTime(_since));
    }
}
