using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Platform.Http;
using Microsoft.Extensions.Options;

namespace ECommerce.Users;

/// <summary>
/// Makes guessing slow: so many failures within a minute of the first, for one account or from one address, and both the right and the
/// wrong password are refused until that minute is over. Known by hashes, kept in memory, bounded in size.
/// </summary>
internal sealed class LoginThrottle(IOptions<LimitsOptions> limits, TimeProvider clock)
{
    private const int MostKeys = 20_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, (int Count, long Since)> _failures = [];

    /// <summary>How long to wait before the next try; null when it may be made now.</summary>
    public TimeSpan? WaitFor(string emailKey, IPAddress? address)
    {
        lock (_lock)
        {
            var (account, origin) = (WaitFor(KeyOf(emailKey)), WaitFor(KeyOf(address)));
            return account > origin || origin is null ? account : origin;
        }
    }

    public void Failed(string emailKey, IPAddress? address)
    {
        lock (_lock)
        {
            Count(KeyOf(emailKey));
            Count(KeyOf(address));
        }
    }

    /// <summary>Whoever knows the password clears the account. The address stays counted: an own account must not pay for guesses at others.</summary>
    public void Succeeded(string emailKey)
    {
        lock (_lock)
            _failures.Remove(KeyOf(emailKey));
    }

    private TimeSpan? WaitFor(UInt128 key) =>
        _failures.TryGetValue(key, out var failures) && failures.Count >= limits.Value.FailedLoginsPerMinute && Left(failures.Since) is { Ticks: > 0 } left ? left : null;

    private void Count(UInt128 key)
    {
        if (_failures.TryGetValue(key, out var failures) && Left(failures.Since) > TimeSpan.Zero)
        {
            _failures[key] = failures with { Count = failures.Count + 1 };
            return;
        }

        if (_failures.Count >= MostKeys)
        {
            foreach (var (old, _) in _failures.Where(entry => Left(entry.Value.Since) <= TimeSpan.Zero).ToArray())
                _failures.Remove(old);
        }

        // Checking passwords is too slow to fill this within a minute; if it happens, who is counted already stays counted.
        if (_failures.Count < MostKeys)
            _failures[key] = (1, clock.GetTimestamp());
    }

    private TimeSpan Left(long since) => Window - clock.GetElapsedTime(since);

    private static UInt128 KeyOf(string emailKey) => Fold(Encoding.UTF8.GetBytes($"account {emailKey}"));

    // One household or one machine has a whole /64 of IPv6 to itself.
    private static UInt128 KeyOf(IPAddress? address)
    {
        var bytes = (address ?? IPAddress.None) is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().GetAddressBytes() : (address ?? IPAddress.None).GetAddressBytes();
        return Fold(bytes.Length == 16 ? bytes.AsSpan(0, 8) : bytes);
    }

    private static UInt128 Fold(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(bytes));
}
