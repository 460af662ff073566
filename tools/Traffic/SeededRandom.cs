namespace ECommerce.Traffic;

/// <summary>Chance that repeats: the same seed throws the same dice.</summary>
internal sealed class SeededRandom(int seed)
{
    // A seeded Random keeps its algorithm from one version of .NET to the next; HashCode does not, not even from run to run.
    private readonly Random _random = new(seed);

    public int NextSeed() => _random.Next();

    public bool Chance(double probability) => _random.NextDouble() < probability;

    /// <summary>Both ends are included.</summary>
    public int Between(int least, int most) => _random.Next(least, most + 1);

    public T Pick<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];

    public T Pick<T>(IReadOnlyList<T> among, Func<T, double> weight)
    {
        var left = _random.NextDouble() * among.Sum(weight);
        foreach (var one in among)
        {
            left -= weight(one);
            if (left < 0)
                return one;
        }

        return among[^1];
    }

    /// <summary>The time to the next event of a process without memory.</summary>
    public TimeSpan Exponential(TimeSpan mean) => mean * -Math.Log(1 - _random.NextDouble());
}
