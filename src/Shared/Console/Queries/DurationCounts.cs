using System.Numerics;

namespace Observability.Console.Queries;

/// <summary>
/// Counts durations in buckets whose width is an eighth of their lower bound, so that a quantile is too high by an eighth at most, whatever
/// its size (as the exponential histograms of OpenTelemetry, scale 3, with linear steps within a power of two).
/// </summary>
internal sealed class DurationCounts
{
    /// <summary>By how much of its true value a quantile may be too high.</summary>
    public const double RelativeError = 1.0 / Steps;

    /// <summary>The number of buckets.</summary>
    public const int Buckets = 64 * Steps;

    /// <summary>The buckets of a power of two.</summary>
    public const int Steps = 8;

    private const int StepBits = 3;

    private readonly int[] _counts = new int[Buckets];

    public long Total { get; private set; }

    /// <param name="ticks">A duration in ticks of 100 ns.</param>
    public void Add(long ticks)
    {
        _counts[BucketOf(Math.Max(0, ticks))]++;
        Total++;
    }

    /// <summary>Adds the count of a bucket of another host.</summary>
    public void Add(int bucket, int count)
    {
        if (bucket is < 0 or >= Buckets || count <= 0)
            return;
        _counts[bucket] = (int)Math.Min(int.MaxValue, (long)_counts[bucket] + count);
        Total += count;
    }

    public int this[int bucket] => _counts[bucket];

    /// <summary>The buckets with a count.</summary>
    public IEnumerable<(int Bucket, int Count)> Filled => _counts.Select((count, bucket) => (bucket, count)).Where(one => one.count > 0);

    /// <summary>The upper bound of the bucket of the quantile, in milliseconds; 0 without durations.</summary>
    /// <param name="quantile">Above 0, at most 1.</param>
    public double QuantileMilliseconds(double quantile)
    {
        var rank = (long)Math.Ceiling(quantile * Total);
        for (var bucket = 0; bucket < _counts.Length && Total > 0; bucket++)
        {
            rank -= _counts[bucket];
            if (rank <= 0)
                return (double)UpperOf(bucket) / TimeSpan.TicksPerMillisecond;
        }
        return 0;
    }

    /// <summary>The bucket of a duration. Below eight ticks a bucket has one value; from there a power of two has eight buckets.</summary>
    public static int BucketOf(long ticks)
    {
        if (ticks < Steps)
            return (int)ticks;
        var shift = BitOperations.Log2((ulong)ticks) - StepBits;
        return (shift * Steps) + (int)(ticks >> shift);
    }

    /// <summary>The greatest value of the bucket; the lower bound of the next one is greater by one.</summary>
    public static long UpperOf(int bucket)
    {
        if (bucket < Steps * 2)
            return bucket;
        var shift = (bucket / Steps) - 1;
        // The last buckets are beyond any duration, and their bound beyond a long.
        return shift >= 60 ? long.MaxValue : ((long)((bucket % Steps) + Steps + 1) << shift) - 1;
    }
}
