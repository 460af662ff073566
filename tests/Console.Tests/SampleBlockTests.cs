using Observability.Console.Sampling;

namespace Observability.Console.Tests;

public sealed class SampleBlockTests
{
    private double _value;

    [Fact]
    public void Samples_are_read_as_they_were_written_whatever_they_are()
    {
        var random = new Random(15);
        for (var round = 0; round < 300; round++)
        {
            List<(long Time, double Value)> written = [(1_780_000_000_000, ValueOf(random, 0))];
            var block = new SampleBlock(written[0].Time, written[0].Value, 2048);
            while (true)
            {
                var (time, value) = written[^1];
                var next = (time + (random.Next(20) == 0 ? random.Next(-5_000, 90_000_000) : 1000 + random.Next(-3, 4)), ValueOf(random, value));
                if (!block.TryAppend(next.Item1, next.Item2))
                    break;
                written.Add(next);
            }

            block.Read().ShouldBe(written);
            (block.Count, block.LastTime).ShouldBe((written.Count, written[^1].Time));
        }
    }

    [Fact]
    public void Whole_numbers_are_read_as_they_were_written_and_take_half_of_the_room()
    {
        var random = new Random(16);
        int[] counts = [.. new[] { true, false }.Select(isWhole =>
        {
            List<(long Time, double Value)> written = [(0, 40_000)];
            var block = new SampleBlock(0, 40_000, 2048, isWhole);
            // A counter under a steady load that begins again now and then, and a gauge that leaps.
            while (block.TryAppend(written.Count, ValueAfter(written[^1].Value)))
                written.Add((written.Count, _value));
            block.Read().ShouldBe(written);
            return written.Count;
        })];
        ((double)counts[0] / counts[1]).ShouldBeGreaterThan(1.5);

        double ValueAfter(double before) => _value = random.Next(200) switch
        {
            0 => 3,
            1 => -(1L << 50),
            2 => 1L << 50,
            _ => Math.Abs(before) > 1e9 ? 40_000 : before + random.Next(80, 120),
        };
    }

    [Fact]
    public void A_block_of_whole_numbers_takes_no_other()
    {
        var block = new SampleBlock(0, 7, 256, isWhole: true);

        new[] { 0.5, double.NaN, -0.0, double.PositiveInfinity, 1e300, SampledSeries.Stale }.ShouldAllBe(value => !block.TryAppend(1, value));
        block.Read().ShouldBe([(0, 7)]);
    }

    [Fact]
    public void A_series_that_does_not_change_costs_two_bits_a_sample()
    {
        var block = new SampleBlock(0, 7, 256);
        while (block.TryAppend(block.LastTime + 1000, 7))
        {
            // Until the block is full.
        }

        block.Count.ShouldBeGreaterThan(920);
    }

    private static double ValueOf(Random random, double before) => random.Next(8) switch
    {
        0 => random.NextDouble(),
        1 => before + 1,
        2 => double.NaN,
        3 => double.NegativeInfinity,
        4 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        _ => before,
    };
}
