using Observability.Console.Filtering;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class TracePartsTests
{
    [Fact]
    public void Rows_that_are_closed_hide_what_is_below_them_until_a_row_is_revealed()
    {
        var root = Given.Span("root", milliseconds: 9, parent: TraceTreeTests.NewTrace());
        var child = Given.Span("child", milliseconds: 5, parent: root.Context);
        var leaf = Given.Span("leaf", parent: child.Context);
        var other = Given.Span("other", start: root.StartTimeUtc.AddMilliseconds(7), parent: root.Context);
        var tree = TraceTreeTests.Read(Given.StoreOf(leaf, child, other, root), Given.StoreOf(
            Given.Line("told", members: $"\"trace_id\":\"{root.TraceId}\",\"span_id\":\"{leaf.SpanId}\"")), root);
        var rows = new WaterfallRows(tree);
        Names().ShouldBe(["root", "child", "leaf", "told", "other"]);

        rows.Toggle(1);
        Names().ShouldBe(["root", "child", "other"]);
        rows.Toggle(0);
        Names().ShouldBe(["root"]);
        rows.Reveal(3).ShouldBe(3);
        Names().ShouldBe(["root", "child", "leaf", "told", "other"]);
        rows.HasLines = false;
        Names().ShouldBe(["root", "child", "leaf", "other"]);
        rows.Reveal(3).ShouldBe(-1, "a log record while none are shown");
        rows.CloseFrom(1);
        Names().ShouldBe(["root", "child", "other"]);
        rows.OpenAll();
        Names().ShouldBe(["root", "child", "leaf", "other"]);
        rows.Within = (tree[0].Start + TimeSpan.FromMilliseconds(6).Ticks, long.MaxValue);
        Names().ShouldBe(["root", "other"]);
        rows.Reveal(2).ShouldBe(-1, "a row of another time");

        List<string> Names() => [.. rows.Shown.ToArray().Select(row => tree[row].Name)];
    }

    [Fact]
    public void A_long_silence_is_short_on_the_axis_and_the_order_of_moments_stays()
    {
        var hour = TimeSpan.FromHours(1).Ticks;
        var axis = new StoryAxis([(0, 200_000), (100_000, 300_000), (hour, hour + 50_000), (310_000, 320_000)]);

        var (from, to, ticks) = axis.Gaps.ShouldHaveSingleItem();

        (ticks, to - from).ShouldSatisfyAllConditions(() => ticks.ShouldBe(hour - 320_000), () => (to - from).ShouldBeLessThan(100));
        axis.At(0).ShouldBe(0);
        axis.At(hour + 50_000).ShouldBe(StoryAxis.Width, 1e-6);
        var places = new long[] { -5, 0, 1, 100_000, 300_000, 305_000, 310_000, 320_000, hour / 2, hour, hour + 49_999, hour + 60_000 }.Select(axis.At).ToList();
        places.ShouldBe(places.Order());
    }

    [Fact]
    public void A_search_within_a_trace_finds_its_spans_and_log_records()
    {
        var root = Given.Span("root", milliseconds: 9, parent: TraceTreeTests.NewTrace());
        var leaf = Given.Span("leaf", parent: root.Context, attributes: ("till.number", 7));
        var stranger = Given.Span("leaf", parent: TraceTreeTests.NewTrace(), attributes: ("till.number", 7));
        var (spans, logs) = (Given.StoreOf(leaf, root, stranger), Given.StoreOf(Given.Line("told", members: $"\"till.number\":7,\"trace_id\":\"{root.TraceId}\",\"span_id\":\"{leaf.SpanId}\"")));
        var tree = TraceTreeTests.Read(spans, logs, root);

        TraceMatches.Find(tree, spans, logs, Given.Filter("attr.till.number:7"), CancellationToken.None).ShouldBe([1, 2]);
        TraceMatches.Find(tree, spans, logs, Given.Filter("name:root"), CancellationToken.None).ShouldBe([0]);
    }

    [Theory]
    [InlineData("till.number", "7")]
    [InlineData("a key: with <signs>", "say \"yes\" \\ no")]
    [InlineData("clerk", "*")]
    [InlineData("clerk", "true")]
    [InlineData("clerk", "-1e5")]
    public void A_term_that_a_page_writes_finds_the_record_that_it_was_made_from(string key, string value)
    {
        var term = FilterTerms.OfAttribute(key, value).ShouldNotBeNull();

        foreach (var (stored, isFound) in new[] { (value, true), (value + "x", false) })
        {
            var store = Given.StoreOf(Given.Span("sale", attributes: (key, stored)));
            using var view = store.Read();
            Given.Filter(term).Matches(new SpanRecord(view.Segments[0][0])).ShouldBe(isFound, stored);
        }
        FilterTerms.OfAttribute(key, "two\nlines").ShouldBeNull();
        FilterTerms.OfAttribute(key, new string('x', 300)).ShouldBeNull();
    }
}
