using Observability.Console.Queries;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class TraceSearchTests
{
    private static readonly DateTime Began = DateTime.UnixEpoch.AddYears(56);
    private static readonly TraceSearch Search = new(Given.Settings.ModuleAttribute);

    [Theory]
    [InlineData("", "slow, failed, fast")]
    [InlineData("name:INSERT duration>200ms", "slow")]
    [InlineData("status:error", "failed")]
    [InlineData("-status:error", "slow, fast")]
    [InlineData("-name:INSERT", "")]
    [InlineData("name:fast name:INSERT", "")]
    [InlineData("name:INSERT -name:slow", "failed, fast")]
    public void A_trace_matches_by_one_of_its_spans_and_is_left_out_by_one(string filter, string expected)
    {
        var store = Given.StoreOf([.. Trace("fast", 0, 50), .. Trace("failed", 1, 100, ActivityStatusCode.Error), .. Trace("slow", 2, 500)]);

        string.Join(", ", Find(store, filter, TraceOrder.Start).Select(trace => trace.Name)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Start", "c, b, a")]
    [InlineData("Duration", "b, a, c")]
    [InlineData("Errors", "c")]
    public void Traces_are_sorted_by_any_column(string order, string expected)
    {
        var store = Given.StoreOf([.. Trace("a", 0, 200), .. Trace("b", 1, 300), .. Trace("c", 2, 100, ActivityStatusCode.Error)]);

        string.Join(", ", Find(store, "", Enum.Parse<TraceOrder>(order)).Select(trace => trace.Name)).ShouldStartWith(expected);
    }

    [Theory]
    [InlineData("Name", false, "a, b, b, c")]
    [InlineData("Name", true, "c, b, b, a")]
    [InlineData("Start", true, "c, a, b, b")]
    public void Pages_of_a_sorted_list_follow_each_other_in_either_direction(string column, bool isReversed, string expected)
    {
        var order = Enum.Parse<TraceOrder>(column);
        var store = Given.StoreOf([.. Trace("c", 0, 300), .. Trace("a", 1, 100), .. Trace("b", 2, 200), .. Trace("b", 3, 150)]);

        List<string> names = [];
        TracePlace? after = null;
        bool hasMore;
        do
        {
            var found = Search.Run(store, new(Given.Filter(""), 0, long.MaxValue, order, 1, after) { IsReversed = isReversed }, out hasMore, CancellationToken.None);
            names.AddRange(found.Select(trace => trace.Name));
            Cursor.TryReadTrace(Cursor.OfTrace(TraceSearch.PlaceOf(found[^1], order)), out var place).ShouldBeTrue();
            after = place;
        }
        while (hasMore);
        string.Join(", ", names).ShouldBe(expected);
    }

    [Fact]
    public void Behind_an_ampersand_another_span_of_the_trace_may_have_the_terms()
    {
        var request = Given.Span("POST /sales", ActivityKind.Server, 300, attributes: ("till", 7));
        var statement = Given.Span("UPDATE stock", ActivityKind.Client, 3, parent: request.Context, attributes: ("table", "stock"));
        var other = Given.Span("GET /sales", ActivityKind.Server, 300, attributes: ("till", 8));
        var store = Given.StoreOf(statement, request, other);

        foreach (var (filter, expected) in new[]
        {
            ("kind:server attr.table:stock", 0), ("kind:server & attr.table:stock", 1), ("attr.table:stock & kind:server duration>200ms & attr.till:*", 1),
            ("attr.table:stock & attr.till:8", 0), ("kind:server & duration>200ms", 2), ("kind:server & -attr.table:stock", 1), ("&x", 0),
        })
        {
            var query = new TraceQuery(Given.Filter(filter), 0, long.MaxValue, TraceOrder.Start, 10, After: null);
            new TraceSearch("app.module").Run(store, query, out _, CancellationToken.None).Count.ShouldBe(expected, filter);
        }
    }

    [Fact]
    public void A_trace_is_summed_over_its_spans_and_found_by_its_id_in_their_order()
    {
        var spans = Trace("sale", 0, 200, ActivityStatusCode.Error);
        var store = Given.StoreOf([.. spans, .. Trace("other", 1, 100)]);

        var summary = Find(store, "status:error", TraceOrder.Start).ShouldHaveSingleItem();

        (summary.Name, summary.Spans, summary.Errors, summary.Duration).ShouldBe(("sale", 2, 1, TimeSpan.FromMilliseconds(200).Ticks));
        using var view = store.Read();
        TraceLookup.Find(view, summary.Trace).Select(place => place.Record).ShouldBe([1, 0], "the root ended last");
    }

    private static IReadOnlyList<TraceSummary> Find(SegmentStore store, string filter, TraceOrder order) =>
        Search.Run(store, new(Given.Filter(filter), 0, long.MaxValue, order, 100, null), out _, CancellationToken.None);

    // A root and a statement within it that begins at the same tick, in the order in which they end.
    private static Activity[] Trace(string name, int second, double milliseconds, ActivityStatusCode status = ActivityStatusCode.Unset)
    {
        var context = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        var root = Given.Span(name, ActivityKind.Server, milliseconds, Began.AddSeconds(second), context, span => span.SetStatus(status));
        return [Given.Span("INSERT", ActivityKind.Client, milliseconds - 1, Began.AddSeconds(second), root.Context), root];
    }
}
