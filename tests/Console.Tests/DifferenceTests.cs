using Observability.Console.Queries.Differing;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class DifferenceTests
{
    private static readonly DateTime Morning = DateTime.UnixEpoch.AddYears(56);

    private readonly Random _random = new(20261130);

    [Fact]
    public void The_measure_is_Newcombes_example()
    {
        // The first example of the paper: 56 of 70 and 48 of 80, 95 %.
        ShareDifference.AtLeast(56, 70, 48, 80, z: 1.96).ShouldBe(0.0524, 0.0001);
        ShareDifference.AtLeast(48, 80, 56, 70, z: 1.96).ShouldBe(0.0524, 0.0001);
        ShareDifference.AtLeast(1, 1, 0, 0).ShouldBe(0);
        ShareDifference.AtLeast(3, 100, 0, 10_000).ShouldBeLessThan(ShareDifference.AtLeast(60, 100, 2000, 10_000));
    }

    [Fact]
    public void The_attribute_that_slow_traces_share_is_first_and_ids_of_one_trace_are_nowhere()
    {
        var found = Find(Shop(traces: 1000), "duration>200ms");

        found.Selected.ShouldBeGreaterThan(20);
        found.Rest.ShouldBe(1000 - found.Selected);
        var first = found.Attributes[0].Values[0];
        (first.Attribute, first.Value, first.SelectedShare, first.Filter).ShouldBe(("customer.group", "c", 1, "attr.customer.group:c"));
        first.RestShare.ShouldBeLessThan(0.2);
        var slice = found.Attributes[1];
        (slice.Attribute, slice.Values[0].Value).ShouldBe(("app.module", "sales"));
        slice.Same.Select(same => $"{same.Attribute} {same.Value}").ShouldBe(["command Sell", "http.route /sales", "name Sell"]);
        AllOf(found).Select(value => value.Attribute).ShouldNotContain(name => name.StartsWith("id.", StringComparison.Ordinal));
        AllOf(found).Select(value => value.Attribute).ShouldNotContain("status", "nothing failed");
    }

    [Fact]
    public void Of_one_selected_trace_no_value_of_its_own_is_a_finding()
    {
        var store = Shop(traces: 50);
        store.Append(Given.Span("stray", milliseconds: 9000, start: Morning, attributes: [("id.order", "only here"), ("till", 9)]), Given.SpanCodec);

        var found = Find(store, "duration>5s");

        (found.Selected, found.Attributes.SelectMany(one => one.Values).Count(value => value.Selected > 0)).ShouldBe((1, 0));
    }

    [Fact]
    public void A_common_difference_ranks_before_a_rare_value_that_only_selected_traces_have()
    {
        var store = Given.Store(16 * Segment.Cost);
        for (var i = 0; i < 3000; i++)
        {
            var isSlow = i % 30 == 0;
            Add(store, isSlow ? 500 : 10, ("till", i % (isSlow ? 2 : 10) == 0 ? "north" : "south"), ("rare", isSlow && i % 900 == 0 ? "once" : "usual"));
        }

        var found = Find(store, "duration>200ms");

        found.Attributes.Select(one => one.Attribute).ShouldBe(["till"]);
    }

    [Fact]
    public void Numbers_of_which_there_are_many_are_compared_in_ranges()
    {
        var store = Given.Store(16 * Segment.Cost);
        for (var i = 0; i < 600; i++)
            Add(store, i % 6 == 0 ? 500 : 10, ("bytes", i % 6 == 0 ? 20_000 + i : 100 + i), ("weight", i % 6 == 0 ? 0.25 : 7.5 + i), ("code", i % 6 == 0 ? 503 : 200));

        var found = Find(store, "duration>200ms");

        // All three say the same, and the first by its name stands for the others.
        found.Attributes.ShouldHaveSingleItem();
        var best = found.Attributes[0].Same.Prepend(found.Attributes[0].Values[0]).ToDictionary(value => value.Attribute);
        (best["bytes"].Value, best["bytes"].Filter, best["bytes"].Selected, best["bytes"].Rest).ShouldBe(("20000 … 50000", "attr.bytes>=20000 attr.bytes<50000", 100, 0));
        (best["weight"].Value, best["weight"].Filter).ShouldBe(("0.2 … 0.5", "attr.weight>=0.2 attr.weight<0.5"));
        best["code"].Filter.ShouldBeOneOf("attr.code:503", "attr.code:200");
    }

    [Fact]
    public void A_moment_divides_before_from_after_and_the_selections_own_terms_are_not_repeated()
    {
        var store = Given.Store(16 * Segment.Cost);
        for (var i = 0; i < 400; i++)
            Add(store, 10, Morning.AddSeconds(i), ("version", i < 300 ? "1.0" : "1.1"), ("till", i % 4));
        var moment = Recording.Recorder.TicksOf(new(Morning.AddSeconds(300)));

        var after = Find(store, new TraceSelection(Given.Filter("")) { From = moment });
        var own = Find(store, "attr.version:1.1");

        (after.Selected, after.Rest).ShouldBe((100, 300));
        after.Attributes.ShouldHaveSingleItem().Values.Select(value => (value.Value, value.Selected, value.Rest)).ShouldBe([("1.1", 100, 0), ("1.0", 0, 300)], ignoreOrder: true);
        own.Selected.ShouldBe(100);
        own.Attributes.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_beyond_the_bounds_is_said_and_a_frequent_value_is_found_all_the_same()
    {
        var store = Given.Store(64 * Segment.Cost);
        for (var i = 0; i < 9000; i++)
            Add(store, i % 10 == 0 ? 500 : 10, ("user", i % 10 == 0 && i > 4000 ? "often" : $"user {i}"));
        for (var i = 0; i < 300; i++)
            Add(store, 10, ($"key {i}", i));

        var found = Find(store, "duration>200ms");

        var user = found.Attributes.Single(one => one.Attribute == "user");
        (user.IsCut, user.Values[0].Value, user.Values[0].Selected).ShouldBe((true, "often", 499));
        found.IgnoredAttributes.ShouldBe(300 + 1 + 2 - 256);
    }

    [Fact]
    public void Of_more_than_the_bound_a_sample_is_compared_and_said()
    {
        var store = Shop(traces: 3000);

        foreach (var (spans, pairs) in new[] { (2000, DifferenceSearch.MostPairs), (DifferenceSearch.MostSpans, 10_000) })
        {
            var found = DifferenceSearch.Run(store, Query(new(Given.Filter("duration>200ms"))), CancellationToken.None, spans, pairs);

            found.SampledOneIn.ShouldBeInRange(3, 6);
            (found.Selected + found.Rest).ShouldBeInRange(3000 / found.SampledOneIn * 3 / 4, 3000 / found.SampledOneIn * 5 / 4);
            found.Attributes[0].Attribute.ShouldBe("customer.group");
        }
    }

    /// <summary>Sales and looks by customers of eight groups; sales of group c are slow.</summary>
    private SegmentStore Shop(int traces)
    {
        var store = Given.Store(64 * Segment.Cost);
        for (var i = 0; i < traces; i++)
        {
            var (isSale, group) = (_random.Next(3) == 0, "abcdefgh"[_random.Next(8)].ToString());
            var milliseconds = isSale && group == "c" ? 500 : 5 + (_random.NextDouble() * 20);
            var start = Morning.AddMilliseconds(i * 50);
            var (route, command) = isSale ? ("/sales", "Sell") : ("/shelves", "Look");
            var root = Given.Span($"GET {route}", ActivityKind.Server, milliseconds, start, attributes:
                [("http.route", route), ("id.path", $"{route}/{i}"), ("id.at", DateTime.UnixEpoch.AddYears(56).AddSeconds(i).Ticks), ("host", "till-7")]);
            store.Append(Given.Span(command, milliseconds: milliseconds, start: start, parent: root.Context,
                attributes: [("command", command), ("customer.group", group), ("id.order", Guid.NewGuid().ToString())]), Given.SpanCodec).ShouldBeTrue();
            store.Append(root, Given.SpanCodec).ShouldBeTrue();
        }
        return store;
    }

    private static void Add(SegmentStore store, double milliseconds, params (string Key, object? Value)[] attributes) => Add(store, milliseconds, Morning, attributes);

    private static void Add(SegmentStore store, double milliseconds, DateTime start, params (string Key, object? Value)[] attributes) =>
        store.Append(Given.Span("Sell", milliseconds: milliseconds, start: start, attributes: attributes), Given.SpanCodec).ShouldBeTrue();

    private static Differences Find(SegmentStore store, string selected) => Find(store, new TraceSelection(Given.Filter(selected)));

    private static Differences Find(SegmentStore store, TraceSelection selection) => DifferenceSearch.Run(store, Query(selection), CancellationToken.None);

    private static DifferenceQuery Query(TraceSelection selection) => new(Given.Filter(""), 0, long.MaxValue, selection);

    private static IEnumerable<ValueDifference> AllOf(Differences found) => found.Attributes.SelectMany(one => one.Values.Concat(one.Same));
}
