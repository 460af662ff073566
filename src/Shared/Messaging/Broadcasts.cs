using System.Collections.Concurrent;
using ECommerce.Kernel;

namespace ECommerce.Messaging;

/// <summary>
/// Receives the broadcast events (<see cref="IBroadcast"/>) of all hosts through PostgreSQL's LISTEN/NOTIFY, on the connection on which the
/// module's relay listens anyway. There is one feed per module.
/// </summary>
public sealed class Broadcasts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Feed> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of the publishing module.</summary>
    public Feed Of(string module) => _feeds.GetOrAdd(module, _ => new(clock));

    /// <summary>
    /// The broadcasts of one module, delivered at most once: notifications that are sent while no connection listens are lost. A receiver
    /// that caches data therefore clears its cache on <see cref="Resumed"/> and does not use it while <see cref="IsLive"/> is false.
    /// </summary>
    public sealed class Feed(TimeProvider clock)
    {
        /// <summary>The maximum age of the last proof that the connection works. A broken network sends no error.</summary>
        public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(1);

        // 0 while no connection listens; otherwise the timestamp of the server's last answer on it.
        private long _proven;

        /// <summary>
        /// Raised when an event of this aggregate was committed by any host. Handlers run on the listening connection and must not block.
        /// </summary>
        public event Action<Guid>? Received;

        /// <summary>Raised when a connection listens again; earlier notifications may be lost.</summary>
        public event Action? Resumed;

        /// <summary>Raised by each proof that the connection works.</summary>
        public event Action? Proven;

        /// <summary>Whether all broadcasts up to a second ago have been received.</summary>
        public bool IsLive => Volatile.Read(ref _proven) is var proven and not 0 && clock.GetElapsedTime(proven) < LongestSilence;

        /// <summary>Tells the receivers that broadcasts may be lost, and that those from now on arrive.</summary>
        public void Resume()
        {
            Resumed?.Invoke();
            Prove();
        }

        /// <summary>Records that all broadcasts up to now have been received.</summary>
        public void Prove()
        {
            Volatile.Write(ref _proven, clock.GetTimestamp());
            Proven?.Invoke();
        }

        /// <summary>Records that broadcasts are lost from now on.</summary>
        public void Interrupt() => Volatile.Write(ref _proven, 0);

        /// <summary>Tells the receivers that an event of this aggregate was committed.</summary>
        public void Receive(Guid aggregateId) => Received?.Invoke(aggregateId);

        // Any login of the database can notify: a payload that is not an id is ignored.
        internal void Receive(string payload)
        {
            if (payload.LastIndexOf(' ') is var space and > 0 && Guid.TryParseExact(payload.AsSpan(space + 1), "D", out var aggregateId))
                Receive(aggregateId);
        }
    }
}
