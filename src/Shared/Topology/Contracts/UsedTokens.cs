namespace ECommerce.Topology;

/// <summary>
/// The ids of tokens that were used on this host, for as long as a token can be valid. Two generations take turns, so that neither a timer
/// nor a search is needed. When a generation is full, no further token is accepted: an attacker who floods it can delay calls, not replay
/// one.
/// </summary>
internal sealed class UsedTokens(TimeSpan validity, TimeProvider clock)
{
    private const int Most = 100_000;

    private readonly Lock _lock = new();
    private HashSet<string> _current = new(StringComparer.Ordinal);
    private HashSet<string> _former = new(StringComparer.Ordinal);
    private long _begun = clock.GetTimestamp();

    /// <returns>False when the id was used before, or cannot be remembered.</returns>
    public bool TryAdd(string id)
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_begun) >= validity)
            {
                (_former, _current) = (_current, _former);
                _current.Clear();
                _begun = clock.GetTimestamp();
            }

            return !_former.Contains(id) && _current.Count < Most && _current.Add(id);
        }
    }
}
