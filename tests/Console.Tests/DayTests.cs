using System.Globalization;
using Observability.Console.Sampling;
using Observability.Console.Settings;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

/// <summary>A day of a busy host at once: the stores are full all the time, and the memory of the process does not grow.</summary>
[Collection(nameof(Alone))]
public sealed class DayTests
{
    private const int Seconds = 24 * 3600;
    private const int RecordsInSecond = 20;

    [Fact]
    public void A_day_with_full_stores_leaves_the_memory_flat()
    {
        const long Start = 1_780_000_000_000;
        const int MegaByte = 1024 * 1024;
        var random = new Random(24);
        var usual = new ConsoleOptions();
        var (spans, logs, logCodec) = (new SegmentStore(usual.SpanBytes, 0), new SegmentStore(usual.LogBytes, 0), new LogCodec());
        using var metrics = new MetricStore(2 * MegaByte, 1000);
        var counters = new long[200];
        List<long> memory = [];
        var page = new MemoryStream();
        for (var second = 0; second < Seconds; second++)
        {
            var time = Start + (second * 1000L);
            for (var i = 0; i < RecordsInSecond; i++)
            {
                spans.Append(Given.Span("PlaceOrder", start: DateTime.UnixEpoch.AddMilliseconds(time), attributes: [("app.order.id", Guid.NewGuid().ToString())]), Given.SpanCodec).ShouldBeTrue();
                logs.Append(Given.Line("placed an order", time: DateTime.UnixEpoch.AddMilliseconds(time), members: $"\"order\":\"{Guid.NewGuid()}\"").AsMemory(), logCodec).ShouldBeTrue();
            }
            page.SetLength(0);
            for (var i = 0; i < counters.Length; i++)
                page.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"sales_total{{till=\"{i}\"}} {counters[i] += random.Next(100)}\n")));
            metrics.Sample(time, to => to.Write(page.GetBuffer().AsSpan(0, (int)page.Length)));
            if ((second + 1) % (Seconds / 4) == 0)
                memory.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        (spans.Evicted > 0, logs.Evicted > 0, metrics.Evicted > 0).ShouldBe((true, true, true), "the stores are full");
        (spans.Bytes <= usual.SpanBytes, logs.Bytes <= usual.LogBytes, metrics.Bytes <= 2 * MegaByte).ShouldBe((true, true, true));
        // From the first quarter on, in which the stores became full.
        memory.Max().ShouldBeLessThan(memory[0] + MegaByte, string.Join(' ', memory));
        metrics.Select("sales_total", [new("till", "=", "7")]).ShouldHaveSingleItem().Read(0, long.MaxValue).Last().Value.ShouldBe(counters[7]);
    }
}

/// <summary>Tests that measure the process, beside which no others run.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
