namespace Observability.Console.Sampling;

/// <summary>
/// The times of sampling rounds. All series of a round share its time, so that a sample refers to it by the round's number. One thread adds;
/// readers take a <see cref="Rounds"/>.
/// </summary>
/// <param name="most">How many of the latest rounds are kept.</param>
internal sealed class Timeline(int most)
{
    // Entries behind the published count are written once, so that a reader needs no copy. A full array is followed by another one.
    private Rounds _rounds = new(new long[most * 2], 0, 0, 0);

    public long Bytes => (long)most * 2 * sizeof(long);

    public Rounds Read() => Volatile.Read(ref _rounds);

    public void Add(long time)
    {
        var (times, first, count) = (_rounds.Times, _rounds.First, _rounds.Count);
        if (count == times.Length)
        {
            var next = new long[times.Length];
            Array.Copy(times, count - most, next, 0, most);
            (times, first, count) = (next, first + count - most, most);
        }
        times[count] = time;
        Volatile.Write(ref _rounds, new(times, first, count + 1, Math.Max(0, count + 1 - most)));
    }
}

/// <summary>The rounds that were there at a moment.</summary>
/// <param name="Times">The times, in Unix milliseconds.</param>
/// <param name="First">The number of the round at the first place.</param>
/// <param name="Count">The places that are taken.</param>
/// <param name="Oldest">The place of the oldest round that is kept.</param>
internal sealed record Rounds(long[] Times, long First, int Count, int Oldest)
{
    /// <summary>The number of the next round.</summary>
    public long Next => First + Count;

    public long OldestRound => First + Oldest;

    /// <summary>The time of the newest round; 0 when there is none.</summary>
    public long LastTime => Count == 0 ? 0 : Times[Count - 1];

    public long OldestTime => Count == 0 ? long.MaxValue : Times[Oldest];

    public long TimeOf(long round) => Times[round - First];

    /// <summary>The first kept round at a time or later.</summary>
    public long RoundFrom(long time)
    {
        var place = Array.BinarySearch(Times, Oldest, Count - Oldest, time);
        return First + (place < 0 ? ~place : place);
    }
}
