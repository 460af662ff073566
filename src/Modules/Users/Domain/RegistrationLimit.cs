using System.Net;

namespace ECommerce.Users;

/// <summary>
/// A token bucket per client network for the requests that answer whether an e-mail is taken: registrations and changes of an e-mail. Per
/// host, in memory, bounded in clients.
/// </summary>
internal sealed class RegistrationLimit(IOptions<LimitsOptions> limits, UsersMetrics metrics, TimeProvider clock)
{
    private const int MostClients = 50_000;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, TimeSpan> _fullAt = [];
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _sweptAt;

    /// <summary>Takes a token.</summary>
    /// <returns>429 with the time until there is one; null when the request may go on.</returns>
    public Error? RefusalFor(IPAddress client)
    {
        var now = clock.GetElapsedTime(_started);
        var interval = TimeSpan.FromMinutes(1) / limits.Value.RegistrationsPerMinute;
        lock (_lock)
        {
            // A bucket is known by the time at which it is full again; each token takes one interval to come back.
            var fullAt = _fullAt.GetValueOrDefault(client);
            fullAt = (fullAt > now ? fullAt : now) + interval;
            var wait = fullAt - now - (interval * limits.Value.RegistrationBurst);
            if (wait > TimeSpan.Zero)
            {
                metrics.TooManyRegistrations.Inc();
                return CommonErrors.TooManyRequests.RetryAfter(wait);
            }

            if (HasRoom(now))
                _fullAt[client] = fullAt;
            return null;
        }
    }

    // A client beyond the bound passes uncounted: the hashing queue still bounds what it can do, and nobody is shut out by the crowd.
    private bool HasRoom(TimeSpan now)
    {
        if (_fullAt.Count < MostClients || now - _sweptAt < SweepInterval)
            return _fullAt.Count < MostClients;
        _sweptAt = now;
        foreach (var (client, _) in _fullAt.Where(entry => entry.Value <= now).ToArray())
            _fullAt.Remove(client);
        return _fullAt.Count < MostClients;
    }
}
