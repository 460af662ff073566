using System.Globalization;
using System.Text;
using Observability.Console.Sampling;

namespace Observability.Console.Tests;

/// <summary>The store of metrics, fed with pages as the host writes them.</summary>
public sealed class MetricStoreTests
{
    private const long Start = 1_700_000_000_000;

    [Fact]
    public void A_page_becomes_families_series_values_and_exemplars()
    {
        using var store = new MetricStore(1 << 20, 100);
        Sample(store, Start, """
            # HELP sales Sold things, "all" of them.\nEven those.
            # TYPE sales counter
            sales_total{till="a \"b\" } \\ c\nd",shop="1"} 7.0 # {trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 1.0 1699999999.5
            # HELP till_open Whether it is.
            # TYPE till_open gauge
            till_open NaN
            # HELP wait_seconds How long.
            # TYPE wait_seconds histogram
            wait_seconds_sum 12.25
            wait_seconds_count 3
            wait_seconds_bucket{le="0.5"} 1
            wait_seconds_bucket{le="+Inf"} 4
            # TYPE dotnet_process_memory_bytes gauge
            # UNIT dotnet_process_memory_bytes bytes
            # HELP dotnet_process_memory_bytes The working set.
            dotnet_process_memory_bytes{otel_scope_name="System.Runtime"} 1.5E+08 1700000000000
            # EOF
            """);

        store.Families.ShouldBe(
        [
            new("dotnet_process_memory_bytes", "gauge", "The working set."),
            new("sales_total", "counter", "Sold things, \"all\" of them.\nEven those."),
            new("till_open", "gauge", "Whether it is."),
            new("wait_seconds", "histogram", "How long."),
        ]);
        var sales = store.Select("sales_total", []).ShouldHaveSingleItem();
        sales.Labels.ShouldBe([new("shop", "1"), new("till", "a \"b\" } \\ c\nd")]);
        sales.Read(0, long.MaxValue).ShouldBe([(Start, 7)]);
        sales.Exemplars(0, long.MaxValue).ShouldBe([new(1699999999500, 1, "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")]);
        double.IsNaN(ValueOf(store, "till_open")).ShouldBeTrue();
        ValueOf(store, "wait_seconds_count").ShouldBe(4, "it is read before the buckets, while other threads observe");
        ValueOf(store, "dotnet_process_memory_bytes").ShouldBe(1.5e8);
        store.Select("wait_seconds_bucket", [new("le", "!=", "+Inf")]).ShouldHaveSingleItem().Read(0, long.MaxValue).ShouldBe([(Start, 1)]);
        store.Select("sales_total", [new("till", "=~", "a.*d"), new("nowhere", "=", "")]).Count.ShouldBe(1);
        store.Select("sales_total", [new("till", "!~", "a.*d")]).ShouldBeEmpty();
        store.Unreadable.ShouldBe(0);
    }

    [Fact]
    public void Seconds_are_kept_for_15_minutes_and_every_15_seconds_for_a_day()
    {
        using var store = new MetricStore(1 << 20, 100);
        const int Seconds = 30 * 3600;
        for (var second = 0L; second < Seconds; second++)
            Sample(store, Start + (second * 1000), $"rising {second}\nflat 7");

        const long End = Start + ((Seconds - 1) * 1000L);
        var rising = store.Select("rising", []).ShouldHaveSingleItem().Read(0, long.MaxValue).ToArray();
        rising.TakeLast(MetricStore.FineRounds).ShouldBe(Enumerable.Range(Seconds - 900, 900).Select(second => (Start + (second * 1000L), (double)second)));
        var coarse = rising.SkipLast(MetricStore.FineRounds).ToArray();
        coarse.ShouldAllBe(sample => sample.Value == (sample.Time - Start) / 1000);
        coarse.Zip(coarse.Skip(1)).ShouldAllBe(pair => pair.Second.Time - pair.First.Time == 15_000);
        coarse[0].Time.ShouldBeInRange(End - (24 * 3600 * 1000), End - (24 * 3600 * 1000) + 15_000);
        store.Select("flat", []).ShouldHaveSingleItem().Read(0, long.MaxValue).ShouldBe(rising.Select(sample => (sample.Time, 7d)));
        store.CompleteSince.ShouldBe(coarse[0].Time);
    }

    [Fact]
    public void A_series_that_vanishes_has_no_values_from_then_on_and_leaves_after_a_day()
    {
        using var store = new MetricStore(1 << 20, 100);
        for (var second = 0L; second < 100; second++)
            Sample(store, Start + (second * 1000), second is >= 20 and < 60 ? "stays 1\n" : "comes_and_goes 5\nstays 1\n");

        var series = store.Select("comes_and_goes", []).ShouldHaveSingleItem();
        series.Read(0, long.MaxValue).Select(sample => (sample.Time - Start) / 1000).ShouldBe([.. Range(0, 20), .. Range(60, 100)]);

        for (var second = 100L; second < 90_000; second += 10)
            Sample(store, Start + (second * 1000), "stays 1\n");
        (store.Select("comes_and_goes", []).Count, store.Select("stays", []).Count, store.Count).ShouldBe((0, 1, 1));
    }

    [Fact]
    public void A_round_that_fails_in_the_middle_is_no_sample_and_nothing_vanishes_by_it()
    {
        using var store = new MetricStore(1 << 20, 100);
        Sample(store, Start, "first 1\nsecond 1\n");
        Should.Throw<IOException>(() => store.Sample(Start + 1000, page =>
        {
            page.Write("first 2\nsec"u8);
            throw new IOException();
        }));
        Sample(store, Start + 2000, "first 3\nsecond 3\n");

        foreach (var name in new[] { "first", "second" })
            store.Select(name, []).ShouldHaveSingleItem().Read(0, long.MaxValue).ShouldBe([(Start, 1), (Start + 2000, 3)], name);
    }

    [Fact]
    public void Lines_come_in_pieces_and_what_is_no_sample_is_counted()
    {
        using var store = new MetricStore(1 << 20, 100);
        var page = Encoding.UTF8.GetBytes($"one{{a=\"b\"}} 1\n{{}} 2\nbroken{{a=\"b\" 3\nword x\ntwo 2\nlong{{a=\"{new string('x', 20_000)}\"}} 1\nthree 3\n");
        store.Sample(Start, to =>
        {
            foreach (var piece in page.Chunk(7))
                to.Write(piece);
        });

        new[] { "one", "two", "three" }.Select(name => ValueOf(store, name)).ShouldBe([1, 2, 3]);
        store.Unreadable.ShouldBe(4);
    }

    [Fact]
    public void When_the_budget_is_used_up_old_samples_go_first_and_then_new_series_are_refused()
    {
        using var store = new MetricStore(1 << 20, 100_000);
        var random = new Random(7);
        for (var second = 0L; second < 4000; second++)
            Sample(store, Start + (second * 1000), string.Concat(Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"busy{{i=\"{i}\"}} {random.NextDouble()}\n"))));
        (store.Count, store.Refused).ShouldBe((300, 0));
        store.Evicted.ShouldBeGreaterThan(0);
        store.Bytes.ShouldBeInRange(900 * 1024, 1024 * 1024);
        store.CompleteSince.ShouldBeGreaterThan(Start);

        for (var second = 4000L; second < 4003; second++)
            Sample(store, Start + (second * 1000), string.Concat(Enumerable.Range(0, 5000).Select(i => $"many{{i=\"{i}\"}} 1\n")));
        store.Bytes.ShouldBeLessThanOrEqualTo(1024 * 1024);
        store.Refused.ShouldBeInRange(3000, 4900);
        (store.CountOf("many") + store.Refused).ShouldBe(5000);
    }

    [Fact]
    public void The_limit_on_series_refuses_further_ones_until_others_vanish()
    {
        using var store = new MetricStore(1 << 20, 10);
        var page = string.Concat(Enumerable.Range(0, 15).Select(i => $"many{{i=\"{i}\"}} 1\n"));
        Sample(store, Start, page);
        (store.Count, store.Refused).ShouldBe((10, 5));

        Sample(store, Start + 1000, "other 1\n");
        Sample(store, Start + 2000, "other 1\nanother 1\n");

        (store.CountOf("other") + store.CountOf("another"), store.Count <= 10).ShouldBe((2, true));
    }

    [Fact]
    public void A_clock_that_goes_back_does_not_bring_samples_out_of_order()
    {
        using var store = new MetricStore(1 << 20, 10);
        foreach (var time in new[] { Start, Start - 3600_000, Start + 1000 })
            Sample(store, time, "one 1\n");

        store.Select("one", []).ShouldHaveSingleItem().Read(0, long.MaxValue).Select(sample => sample.Time).ShouldBe([Start, Start + 1, Start + 1000]);
    }

    internal static void Sample(MetricStore store, long time, string page) => store.Sample(time, to => to.Write(Encoding.UTF8.GetBytes(page.ReplaceLineEndings("\n") + "\n")));

    private static double ValueOf(MetricStore store, string name) => store.Select(name, []).ShouldHaveSingleItem().Read(0, long.MaxValue).Last().Value;

    private static IEnumerable<long> Range(long from, long to)
    {
        for (var i = from; i < to; i++)
            yield return i;
    }
}
