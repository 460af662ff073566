namespace Observability.Console.Access;

/// <summary>
/// Links that sign their first user in, for the person who has started the host and sees its terminal. They have to be shown there and nowhere else:
/// no log line, span or metric may hold one.
/// </summary>
public sealed class ConsoleLinks
{
    /// <summary>How long a link works.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    internal const int Most = 16;

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _open = new(StringComparer.Ordinal);

    internal ConsoleLinks(TimeProvider time) => _time = time;

    /// <summary>A new link, as path and query. It works once, for an operator, within <see cref="Lifetime"/>.</summary>
    public string OneTime()
    {
        var (token, hash) = Secret.New();
        lock (_gate)
        {
            if (_open.Count >= Most)
                _open.Remove(_open.MinBy(entry => entry.Value).Key);
            _open[hash] = _time.GetUtcNow() + Lifetime;
        }
        return $"{SignIn.Path}?{SignIn.Token}={token}";
    }

    /// <summary>Uses a token up.</summary>
    /// <returns>Whether it was unused and young enough.</returns>
    internal bool TryUse(string token)
    {
        if (token.Length != Secret.Characters)
            return false;
        lock (_gate)
            return _open.Remove(Secret.HashOf(token), out var end) && end > _time.GetUtcNow();
    }
}
