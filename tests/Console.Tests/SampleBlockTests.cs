using Observability.Console.Sampling;

namespace Observability.Console.Tests;

public sealed class SampleBlockTests
{
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
