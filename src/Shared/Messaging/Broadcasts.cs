using System.Collections.Concurrent;
using ECommerce.Kernel;

namespace ECommerce.Messaging;

/// <summary>
/// Broadcast events (<see cref="IBroadcast"/>) as this host receives them: over the connection on which the module's relay listens anyway
/// (PostgreSQL's LISTEN/NOTIFY), one feed per module.
/// </summary>
public sealed class Broadcasts(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, Feed> _feeds = new(StringComparer.Ordinal);

    /// <summary>The feed of the module that publishes.</summary>
    public Feed Of(string module) => _feeds.GetOrAdd(module, _ => new(clock));

    /// <summary>
    /// What one module broadcasts. Delivery is at most once: what is sent while nobody listens is lost, so a receiver that keeps something
    /// on the strength of it drops everything on <see cref="Resumed"/> and relies on nothing while <see cref="IsLive"/> is false.
    /// </summary>
    public sealed class Feed(TimeProvider clock)
    {
        /// <summary>How old the last proof of a working connection may be. A broken network sends no error, only silence.</summary>
        public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(1);

        // 0 while no connection listens; else the timestamp of the last proof that the server answers on it.
        private long _proven;

        /// <summary>An event of this aggregate was committed, by this host or another one. Called on the listening connection: must not block.</summary>
        public event Action<Guid>? Received;

        /// <summary>A connection listens again; what was sent before is lost.</summary>
        public event Action? Resumed;

        /// <summary>Whether every broadcast up to a second ago has been received.</summary>
        public bool IsLive => Volatile.Read(ref _proven) is var proven and not 0 && clock.GetElapsedTime(proven) < LongestSilence;

        internal void Resume()
        {
            Resumed?.Invoke();
            Prove();
        }

        internal void Prove() => Volatile.Write(ref _proven, clock.GetTimestamp());

        internal void Interrupt() => Volatile.Write(ref _proven, 0);

        // Any login of the database can notify: what does not hold an id is ignored.
        internal void Receive(string payload)
        {
            if (payload.LastIndexOf(' ') is var space and > 0 && Guid.TryParseExact(payload.AsSpan(space + 1), "D", out var aggregateId))
                Received?.Invoke(aggregateId);
        }
    }
}
