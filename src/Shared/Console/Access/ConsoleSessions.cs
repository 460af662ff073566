using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Observability.Console.Access;

/// <summary>A session of a browser.</summary>
/// <param name="Hash">The hash of the session's id. The id itself is in the browser's cookie alone.</param>
internal sealed record ConsoleSession(string Hash, ConsoleRole Role, DateTimeOffset EndsAt)
{
    /// <summary>The name in log lines.</summary>
    public string Name => Hash[..8].ToLowerInvariant();
}

/// <summary>The sessions of this host, in memory: a restart ends them. A session ends an hour after it began, used or not.</summary>
internal sealed class ConsoleSessions(TimeProvider time)
{
    public const int Most = 1024;
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ConsoleSession> _sessions = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    /// <summary>Begins a session, in place of the oldest one when there are too many.</summary>
    /// <returns>The session's id, for the cookie.</returns>
    public string Start(ConsoleRole role)
    {
        var (id, hash) = Secret.New();
        lock (_gate)
        {
            if (_sessions.Count >= Most)
                _sessions.Remove(_sessions.MinBy(entry => entry.Value.EndsAt).Key);
            _sessions[hash] = new(hash, role, time.GetUtcNow() + Lifetime);
        }
        return id;
    }

    /// <summary>The session with this id; null when there is none, or when it has ended.</summary>
    public ConsoleSession? Find(string? id) => id is { Length: Secret.Characters } ? FindByHash(Secret.HashOf(id)) : null;

    public ConsoleSession? FindByHash(string hash)
    {
        lock (_gate)
        {
            if (!_sessions.TryGetValue(hash, out var session) || session.EndsAt > time.GetUtcNow())
                return session;
            _sessions.Remove(hash);
            return null;
        }
    }

    public void End(string? id)
    {
        if (id is not { Length: Secret.Characters })
            return;
        lock (_gate)
            _sessions.Remove(Secret.HashOf(id));
    }
}

/// <summary>Random secrets of 256 bits that are kept by their hash.</summary>
internal static class Secret
{
    private const int Bytes = 32;

    /// <summary>The length of a secret as text.</summary>
    public const int Characters = 43;

    public static (string Text, string Hash) New()
    {
        var text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        return (text, HashOf(text));
    }

    public static string HashOf(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
