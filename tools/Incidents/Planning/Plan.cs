using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Planning;

/// <summary>An incident as its seed decides it: the whole truth, before anything runs.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Level">From 1 (large, hardly any decoy) to 3 (small, with decoys).</param>
/// <param name="OnsetShare">When the causes begin, between the pace's earliest onset (0) and its latest (1).</param>
/// <param name="Causes">None, one or two.</param>
/// <param name="Decoys">Harmless events.</param>
internal sealed record Plan(int Seed, int Level, double OnsetShare, IReadOnlyList<CausePlan> Causes, IReadOnlyList<Decoy> Decoys)
{
    public const int Levels = 3;

    // Of ten seeds in a row nothing is wrong in one, and two causes meet in another.
    private const int Block = 10;

    public bool IsWrong => Causes.Count > 0;

    public TimeSpan OnsetIn(Pace pace) => pace.EarliestOnset + ((pace.LatestOnset - pace.EarliestOnset) * OnsetShare);

    /// <summary>The plan of a seed: a pure function of its arguments and the list of causes.</summary>
    /// <param name="seed">From 1.</param>
    /// <param name="level">From 1 to <see cref="Levels"/>.</param>
    public static Plan From(int seed, int level) => From(seed, level, CauseList.All);

    /// <param name="known">The causes to choose from; each comes once in as many seeds as there are causes.</param>
    public static Plan From(int seed, int level, IReadOnlyList<ICause> known)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seed, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(level, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, Levels);
        var dice = new SeededRandom(seed);
        var (onset, decoys) = (dice.Between(0, 1000) / 1000d, DecoysOf(dice, level));
        return new(seed, level, onset, [.. ChooseOf(seed, known, dice).Select(cause => cause.Plan(dice, SizeOf(dice, level)))], decoys);
    }

    private static IEnumerable<ICause> ChooseOf(int seed, IReadOnlyList<ICause> known, SeededRandom dice)
    {
        var (block, place) = Math.DivRem(seed - 1, Block);
        var special = Shuffled(Enumerable.Range(0, Block), new SeededRandom(block + 1));
        if (place == special[0])
            return [];
        var first = FirstOf(seed, known);
        if (place != special[1])
            return [first];
        // A second release would take the place of the first one, and a restart would end what a release has begun.
        ICause[] others = [.. known.Where(other => other.Mechanism != first.Mechanism && !(ReplacesHost(other) && ReplacesHost(first)))];
        return others.Length == 0 ? [first] : [first, dice.Pick(others)];
    }

    private static ICause FirstOf(int seed, IReadOnlyList<ICause> known)
    {
        var (deck, card) = Math.DivRem(seed - 1, known.Count);
        return Shuffled(known, new SeededRandom(1000 + deck))[card];
    }

    private static bool ReplacesHost(ICause cause) => cause.Mechanism is
        Mechanisms.SlowRelease or Mechanisms.ManyStatements or Mechanisms.WrongRelease or Mechanisms.GarbageCollection or Mechanisms.ThreadStarvation
        or Mechanisms.MemoryLeak or Mechanisms.PoolTooSmall or Mechanisms.TimeoutTooShort or Mechanisms.LimitTooLow or Mechanisms.HostPaused;

    private static double SizeOf(SeededRandom dice, int level) => ((Levels - level) / (double)Levels) + (dice.Between(0, 100) / 100d / Levels);

    private static List<Decoy> DecoysOf(SeededRandom dice, int level)
    {
        var kinds = Shuffled(Decoy.Kinds, dice);
        return [.. kinds.Take(dice.Between(level - 1, level))
            .Select(kind => new Decoy(kind, dice.Between(20, kind == Decoy.GoodRelease ? 60 : 150) / 100d)).OrderBy(decoy => decoy.At)];
    }

    private static List<T> Shuffled<T>(IEnumerable<T> all, SeededRandom dice)
    {
        var (left, shuffled) = (all.ToList(), new List<T>());
        while (left.Count > 0)
        {
            shuffled.Add(dice.Pick(left));
            left.Remove(shuffled[^1]);
        }

        return shuffled;
    }
}
