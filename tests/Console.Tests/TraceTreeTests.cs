using System.Globalization;
using Observability.Console.Queries;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class TraceTreeTests
{
    private static readonly DateTime Began = DateTime.UnixEpoch.AddYears(56);

    [Fact]
    public void Rows_follow_their_parents_with_log_records_in_their_place()
    {
        var root = Given.Span("POST /sales", ActivityKind.Server, 20, Began, NewTrace(), attributes: ("http.route", "/sales"));
        var sell = Given.Span("Sell", milliseconds: 15, start: Began.AddMilliseconds(2), parent: root.Context);
        var insert = Given.Span("INSERT", ActivityKind.Client, 5, Began.AddMilliseconds(10), sell.Context, attributes: ("db.system.name", "postgresql"));
        var find = Given.Span("Find", milliseconds: 4, start: Began.AddMilliseconds(3), parent: sell.Context, set: span => span.SetStatus(ActivityStatusCode.Error));

        var tree = Read(Given.StoreOf(find, insert, sell, root), Given.StoreOf(
            Line("sold", sell, 8), Line("asked", root, 0), Line("lost", null, 30, root.TraceId.ToHexString()), Line("another trace", Given.Span("other", parent: NewTrace()), 1)), root);

        RowsOf(tree).ShouldBe(
        [
            "POST /sales +0 20, self 5, critical 5",
            "  asked +0 0, self 0, critical 0",
            "  Sell +2 15, self 6, critical 6",
            "    Find +3 4, self 4, critical 4",
            "    sold +8 0, self 0, critical 0",
            "    INSERT +10 5, self 5, critical 5",
            "lost +30 0, self 0, critical 0",
        ]);
        (tree.Spans, tree.Errors, tree.Lines, tree.Missing, tree.IsCut).ShouldBe((4, 1, 3, 0, false));
        Enumerable.Range(0, tree.Count).Select(row => tree[row].Below).ShouldBe([5, 0, 3, 0, 0, 0, 0]);
        Enumerable.Range(0, 6).Select(row => tree[row].Owner).ShouldBe(["sales", "Tills.Sales", "sales", "sales", "Tills.Sales", "sales"]);
        tree[tree.RowOf(tree[5].Span)].IsStatement.ShouldBeTrue();
    }

    [Fact]
    public void A_parent_that_is_not_kept_has_one_row_over_all_its_children()
    {
        var gone = Given.Span("gone", parent: NewTrace());
        var one = Given.Span("one", milliseconds: 3, start: Began, parent: gone.Context);
        var other = Given.Span("other", milliseconds: 5, start: Began.AddMilliseconds(10), parent: gone.Context);

        var tree = Read(Given.StoreOf(one, other), Given.Store(), one);

        RowsOf(tree).ShouldBe([" +0 15, self 7, critical 7", "  one +0 3, self 3, critical 3", "  other +10 5, self 5, critical 5"]);
        (tree[0].Kind, tree[0].Span.ToString("x16", CultureInfo.InvariantCulture), tree.Missing).ShouldBe((TraceRowKind.Missing, gone.SpanId.ToHexString(), 1));
    }

    [Fact]
    public void Spans_that_are_their_own_ancestors_are_all_there_once()
    {
        var parents = new[] { 1, 2, 0, 3, 0 };
        var forest = new SpanForest(new long[5], [4, 4, 4, 4, 4], parents);

        List<int> seen = [];
        Stack<int> open = new([forest.Top]);
        while (open.TryPop(out var node))
        {
            foreach (var child in forest.ChildrenOf(node))
            {
                seen.Add(child);
                open.Push(child);
            }
        }

        seen.ShouldBe([0, 1, 2, 3, 4], ignoreOrder: true);
    }

    [Fact]
    public void Self_times_and_the_critical_path_are_what_a_clock_that_goes_tick_by_tick_finds()
    {
        var random = new Random(20261201);
        for (var round = 0; round < 300; round++)
        {
            var count = random.Next(1, 25);
            int[] parents = [.. Enumerable.Range(0, count).Select(i => random.Next(6) == 0 ? -1 : random.Next(-1, i))];
            long[] starts = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(0, 60))];
            long[] ends = [.. starts.Select(start => start + random.Next(0, 40))];
            var oracle = new ForestOracle(starts, ends, parents);

            var forest = new SpanForest(starts, ends, [.. parents]);

            for (var node = 0; node <= count; node++)
                forest.SelfTimeOf(node).ShouldBe(oracle.SelfTimeOf(node == count ? -1 : node), $"round {round}, node {node}");
            var path = forest.CriticalPath();
            path.SelectMany(piece => Enumerable.Range((int)piece.From, (int)(piece.To - piece.From)).Select(tick => (Tick: tick, Node: piece.Node == count ? -1 : piece.Node)))
                .OrderBy(one => one.Tick).ToList().ShouldBe(oracle.CriticalPath(), $"round {round}");
        }
    }

    [Fact]
    public void A_trace_of_fifty_thousand_spans_is_laid_out_whole_and_one_beyond_the_limit_is_cut()
    {
        var store = Given.Store(budget: 64 * Segment.Cost);
        var parent = Given.Span("root", milliseconds: 60_000, start: Began, parent: NewTrace());
        var root = parent;
        store.Append(root, Given.SpanCodec);
        for (var i = 1; i < 50_000; i++)
        {
            var span = Given.Span("step", milliseconds: 1, start: Began.AddMilliseconds(i), parent: parent.Context);
            store.Append(span, Given.SpanCodec).ShouldBeTrue();
            // A chain as deep as half of the spans, and leaves on it.
            parent = i % 2 == 0 ? span : parent;
        }

        var tree = Read(store, Given.Store(), root);
        var cut = TraceTree.Read(store, null, KeyOf(root), "app.module", CancellationToken.None, most: 1000)!;

        (tree.Count, tree.Spans, tree.IsCut, tree[0].Below).ShouldBe((50_000, 50_000, false, 49_999));
        (cut.Count, cut.IsCut).ShouldBe((1000, true));
        Enumerable.Range(0, tree.Count).Max(row => tree[row].Depth).ShouldBe(25_000);
    }

    internal static TraceTree Read(SegmentStore spans, SegmentStore logs, Activity span) =>
        TraceTree.Read(spans, logs, KeyOf(span), Given.Settings.ModuleAttribute, CancellationToken.None).ShouldNotBeNull();

    internal static TraceKey KeyOf(Activity span)
    {
        TraceKey.TryParse(span.TraceId.ToHexString(), out var trace).ShouldBeTrue();
        return trace;
    }

    internal static ActivityContext NewTrace() => new(ActivityTraceId.CreateRandom(), default, ActivityTraceFlags.Recorded);

    private static byte[] Line(string message, Activity? span, double milliseconds, string? trace = null) => Given.Line(
        message, time: Began.AddMilliseconds(milliseconds), members: $"\"trace_id\":\"{trace ?? span!.TraceId.ToHexString()}\",\"span_id\":\"{span?.SpanId.ToHexString() ?? "00f067aa0ba902b7"}\"");

    private static IEnumerable<string> RowsOf(TraceTree tree)
    {
        for (var i = 0; i < tree.Count; i++)
        {
            var row = tree[i];
            yield return $"{new string(' ', row.Depth * 2)}{row.Name} +{Milliseconds(row.Start - tree.Start)} {Milliseconds(row.Duration)}, self {Milliseconds(row.Self)}, critical {Milliseconds(row.Critical)}";
        }
    }

    private static string Milliseconds(long ticks) => ((double)ticks / TimeSpan.TicksPerMillisecond).ToString("0.###", CultureInfo.InvariantCulture);
}
