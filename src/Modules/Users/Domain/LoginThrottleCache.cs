using System.Collections.Frozen;

namespace ECommerce.Users;

/// <summary>
/// The in-memory cache of the refusals of <see cref="LoginThrottle"/>, so that a repeated refusal costs neither a query nor a hash. It is
/// bounded; the database is asked for everything else.
/// </summary>
internal sealed class LoginThrottleCache(TimeProvider clock)
{
    private const int MostPairs = 20_000;
    private const int MostClients = 2_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, DateTimeOffset> _pairs = [];
    private readonly Dictionary<Guid, (DateTimeOffset Until, FrozenSet<Guid> KnownAccounts)> _clients = [];

    /// <summary>The remaining wait of the pair; null when it is not in the cache.</summary>
    public TimeSpan? WaitFor(LoginPair pair)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            var until = _pairs.GetValueOrDefault(pair.Pair);
            if (_clients.TryGetValue(pair.Client, out var client) && client.Until > until && !client.KnownAccounts.Contains(pair.Account))
                until = client.Until;
            return until > now ? until - now : null;
        }
    }

    public void RememberPair(LoginPair pair, DateTimeOffset until)
    {
        lock (_lock)
        {
            if (HasRoom(_pairs, MostPairs, entry => entry.Value))
                _pairs[pair.Pair] = until;
        }
    }

    public void ForgetPair(LoginPair pair)
    {
        lock (_lock)
            _pairs.Remove(pair.Pair);
    }

    /// <param name="pair">The pair of the client that has to wait.</param>
    /// <param name="until">The end of the wait.</param>
    /// <param name="knownAccounts">The accounts that know the client. While the client waits, no account is added to them.</param>
    public void RememberClient(LoginPair pair, DateTimeOffset until, IEnumerable<Guid> knownAccounts)
    {
        lock (_lock)
        {
            if (HasRoom(_clients, MostClients, entry => entry.Value.Until))
                _clients[pair.Client] = (until, knownAccounts.ToFrozenSet());
        }
    }

    private bool HasRoom<T>(Dictionary<Guid, T> entries, int most, Func<KeyValuePair<Guid, T>, DateTimeOffset> until)
    {
        if (entries.Count < most)
            return true;
        var now = clock.GetUtcNow();
        foreach (var (key, _) in entries.Where(entry => until(entry) <= now).ToArray())
            entries.Remove(key);
        return entries.Count < most;
    }
}
