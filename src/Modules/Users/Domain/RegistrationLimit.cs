using System.Net;

namespace ECommerce.Users;

/// <summary>
/// A token bucket per client network for requests that reveal whether an e-mail is registered: registrations and changes of an e-mail. It
/// is kept per host in memory, for a bounded number of clients.
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
    /// <returns>429 with the time until the next token; null when the request may continue.</returns>
    public Error? RefusalFor(IPAddress client)
    {
        var now = clock.GetElapsedTime(_started);
        var interval = TimeSpan.FromMinutes(1) / limits.Value.RegistrationsPerMinute;
        lock (_lock)
        {
            // The state of a bucket is the time at which it is full again; each token takes one interval to return.
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

    // A client beyond the bound is not counted: the hashing queue still limits it, and nobody is locked out by the others.
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
