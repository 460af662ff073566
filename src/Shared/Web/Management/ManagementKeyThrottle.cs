using System.Net;

namespace ECommerce.Web;

/// <summary>The outcome of checking a request's management key.</summary>
internal enum KeyResult
{
    Right,
    Missing,
    Wrong,
    Slowed,
}

/// <summary>
/// Compares management keys and throttles networks that send wrong ones: beyond the allowed number, each wrong key doubles the time for
/// which keys of that network are not compared. Other networks are not affected. Memory is bounded.
/// </summary>
/// <param name="key">The management key.</param>
/// <param name="allowed">Consecutive wrong keys without a delay.</param>
/// <param name="clock">The clock of the delays.</param>
internal sealed class ManagementKeyThrottle(ManagementKey key, int allowed, TimeProvider clock)
{
    internal const int MostNetworks = 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Failures> _networks = [];

    /// <summary>The number of networks in memory.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _networks.Count;
        }
    }

    /// <param name="network">The client network.</param>
    /// <param name="sent">The header's value; a missing or empty one does not count as an attempt.</param>
    /// <param name="inARow">The consecutive wrong keys of this network, this one included.</param>
    /// <param name="wait">The time for which keys of the network are not compared.</param>
    public KeyResult Try(IPAddress network, string? sent, out int inARow, out TimeSpan wait) => Try(network, sent, key.Opens, out inARow, out wait);

    /// <inheritdoc cref="Try(IPAddress, string?, out int, out TimeSpan)"/>
    /// <param name="opens">Compares the key, where others than the management key are accepted as well.</param>
    public KeyResult Try(IPAddress network, string? sent, Func<string, bool> opens, out int inARow, out TimeSpan wait)
    {
        (inARow, wait) = (0, TimeSpan.Zero);
        if (string.IsNullOrEmpty(sent))
            return KeyResult.Missing;

        // Serialised: concurrent requests must not all be compared before the delay begins.
        lock (_gate)
        {
            var known = _networks.TryGetValue(network, out var failures) && clock.GetElapsedTime(failures.At) < ForgetAfter;
            if (known && failures.Pause - clock.GetElapsedTime(failures.At) is { Ticks: > 0 } rest)
            {
                (inARow, wait) = (failures.InARow, rest);
                return KeyResult.Slowed;
            }

            if (opens(sent))
            {
                _networks.Remove(network);
                return KeyResult.Right;
            }

            if (!known)
                MakeRoom(network);
            inARow = known ? failures.InARow + 1 : 1;
            _networks[network] = new(inARow, wait = PauseAfter(inARow), clock.GetTimestamp());
            return KeyResult.Wrong;
        }
    }

    private TimeSpan PauseAfter(int inARow) => inARow < allowed ? TimeSpan.Zero
        : inARow - allowed >= 6 ? LongestPause
        : FirstPause * (1 << (inARow - allowed));

    private void MakeRoom(IPAddress network)
    {
        if (_networks.Count < MostNetworks || _networks.ContainsKey(network))
            return;
        foreach (var (old, failures) in _networks)
        {
            if (clock.GetElapsedTime(failures.At) >= ForgetAfter)
                _networks.Remove(old);
        }

        if (_networks.Count >= MostNetworks)
            _networks.Remove(_networks.MinBy(entry => entry.Value.At).Key);
    }

    private readonly record struct Failures(int InARow, TimeSpan Pause, long At);
}
