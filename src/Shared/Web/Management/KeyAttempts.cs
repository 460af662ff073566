using System.Net;

namespace ECommerce.Web;

/// <summary>What came of a request that needs the management key.</summary>
internal enum KeyResult
{
    Right,
    Missing,
    Wrong,
    Slowed,
}

/// <summary>
/// Compares management keys, and slows down a network that sends wrong ones: after the allowed number each wrong key doubles the time
/// for which the keys of that network are not looked at. Other networks are not held up. Memory is bounded.
/// </summary>
/// <param name="key">The right one.</param>
/// <param name="allowed">Wrong keys in a row that cost a network nothing.</param>
/// <param name="clock">Measures the pauses.</param>
internal sealed class KeyAttempts(ManagementKey key, int allowed, TimeProvider clock)
{
    internal const int MostNetworks = 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Failures> _networks = [];

    /// <summary>How many networks are remembered.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _networks.Count;
        }
    }

    /// <param name="network">Who asks.</param>
    /// <param name="sent">The header; null or empty where it was not sent, which is not counted as a guess.</param>
    /// <param name="inARow">Wrong keys of this network so far, with this one.</param>
    /// <param name="wait">How long the network's keys are not looked at.</param>
    public KeyResult Try(IPAddress network, string? sent, out int inARow, out TimeSpan wait)
    {
        (inARow, wait) = (0, TimeSpan.Zero);
        if (string.IsNullOrEmpty(sent))
            return KeyResult.Missing;

        // One at a time: requests that arrive together must not each find the pause not yet begun.
        lock (_gate)
        {
            var known = _networks.TryGetValue(network, out var failures) && clock.GetElapsedTime(failures.At) < ForgetAfter;
            if (known && failures.Pause - clock.GetElapsedTime(failures.At) is { Ticks: > 0 } rest)
            {
                (inARow, wait) = (failures.InARow, rest);
                return KeyResult.Slowed;
            }

            if (key.Opens(sent))
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
