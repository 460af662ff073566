using System.Text;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class StoreTests
{
    [Fact]
    public void The_oldest_segment_goes_first_and_the_store_says_since_when_it_is_complete()
    {
        var store = Given.Store(budget: 3 * Segment.Cost);
        var began = DateTime.UnixEpoch.AddYears(56);
        for (var i = 0; i < 20_000; i++)
            store.Append(Given.Span($"span {i}", start: began.AddSeconds(i), attributes: ("till.number", i)), Given.SpanCodec);

        store.Bytes.ShouldBe(3 * Segment.Cost);
        store.Evicted.ShouldBeGreaterThan(0);
        store.Appended.ShouldBe(20_000);
        using var view = store.Read();
        List<string> names = [];
        foreach (var segment in view.Segments)
        {
            for (var i = 0; i < segment.Count; i++)
                names.Add(Encoding.UTF8.GetString(new SpanRecord(segment[i]).Name));
        }
        names.ShouldBe(Enumerable.Range((int)store.Evicted, 20_000 - (int)store.Evicted).Select(i => $"span {i}"));
        DateTime.UnixEpoch.AddTicks(store.CompleteSince).ShouldBe(began.AddSeconds(store.Evicted - 1).AddMilliseconds(1));
    }

    [Fact]
    public void A_reader_keeps_what_it_reads_while_the_store_moves_on()
    {
        var store = Given.Store(budget: 2 * Segment.Cost);
        store.Append(Given.Span("the first"), Given.SpanCodec);
        using var view = store.Read();

        for (var i = 0; i < 10_000; i++)
            store.Append(Given.Span($"span {i}", attributes: ("till.number", i)), Given.SpanCodec);

        using var now = store.Read();
        now.Segments[0].Segment.FirstSequence.ShouldBeGreaterThan(0, "the first segment is evicted");
        Encoding.UTF8.GetString(new SpanRecord(view.Segments[0][0]).Name).ShouldBe("the first");
    }

    [Fact]
    public async Task A_reader_sees_whole_records_while_the_store_writes_and_evicts()
    {
        var store = Given.Store(budget: 2 * Segment.Cost);
        Activity[] spans = [.. Enumerable.Range(0, 50).Select(i => Given.Span($"span {i}", attributes: ("till.number", new string('x', i))))];
        byte[][] names = [.. spans.Select(span => Encoding.UTF8.GetBytes(span.DisplayName))];
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
                store.Append(spans[i % spans.Length], Given.SpanCodec);
        });

        var (read, wrong) = (0L, 0L);
        while (!writing.IsCompleted || read == 0)
        {
            using var view = store.Read();
            foreach (var segment in view.Segments)
            {
                for (var i = 0; i < segment.Count; i++, read++)
                    wrong += new SpanRecord(segment[i]).Name.SequenceEqual(names[segment.SequenceOf(i) % spans.Length]) ? 0 : 1;
            }
        }
        await writing;

        wrong.ShouldBe(0, $"of {read} records");
        store.Evicted.ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public void Arrays_of_evicted_segments_are_used_again()
    {
        var store = Given.Store(budget: 2 * Segment.Cost);
        var arrays = new HashSet<byte[]>();
        for (var i = 0; i < 20_000; i++)
        {
            store.Append(Given.Span($"span {i}"), Given.SpanCodec);
            using var view = store.Read();
            arrays.Add(view.Segments[^1].Segment.Bytes);
        }

        store.Evicted.ShouldBeGreaterThan(10_000);
        arrays.Count.ShouldBe(2);
    }

    [Fact]
    public void A_repeated_text_is_kept_once_for_each_segment()
    {
        var statement = string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"column_{i}"));
        var store = Given.Store();
        for (var i = 0; i < 1000; i++)
            store.Append(Given.Span("SELECT", attributes: ("db.query.text", statement)), Given.SpanCodec);

        store.Bytes.ShouldBe(Segment.Cost, "a thousand spans with 10 kB of SQL each are in one segment");
        using var view = store.Read();
        var span = new SpanRecord(view.Segments[0][999]);
        var attributes = span.Attributes;
        attributes.Text();
        Encoding.UTF8.GetString(AttributeValue.Read(ref attributes).Text).ShouldBe(statement);
    }

    [Fact]
    public void A_root_without_a_route_belongs_to_the_module_of_its_source()
    {
        var codec = new SpanCodec(new("Tills") { OwnerOfCategory = category => category == "Tills.Sales" ? new("sales", "sales-service") : null }, Given.Settings.ModuleAttribute);
        var store = Given.Store();
        var job = Given.Span("count sales", parent: TraceTreeTests.NewTrace());
        store.Append(job, codec).ShouldBeTrue();
        store.Append(Given.Span("SELECT", parent: job.Context), codec).ShouldBeTrue();
        store.Append(Given.Span("other", parent: TraceTreeTests.NewTrace(), attributes: ("app.module", "stock")), codec).ShouldBeTrue();

        using var view = store.Read();
        string[] filters = ["module:sales", "module:stock", "-module:*"];
        filters.Select(filter => Enumerable.Range(0, 3).Single(i => Given.Filter(filter).Matches(new SpanRecord(view.Segments[0][i])))).ShouldBe([0, 2, 1]);
    }

    [Fact]
    public void A_record_that_is_too_large_costs_no_history()
    {
        var store = Given.Store(budget: 2 * Segment.Cost);
        store.Append(Given.Span("kept"), Given.SpanCodec);
        var huge = Given.Span("huge", set: span =>
        {
            for (var i = 0; i < 100; i++)
                span.SetTag($"db.query.text", null).SetTag($"text.{i}", Enumerable.Range(0, 60).Select(n => new string((char)('a' + (n % 26)), 200) + i + n).ToArray());
        });

        for (var i = 0; i < 10; i++)
            store.Append(huge, Given.SpanCodec).ShouldBeFalse();
        store.Append(Given.Span("kept too"), Given.SpanCodec).ShouldBeTrue();

        (store.Rejected, store.Evicted, store.Appended).ShouldBe((10, 0, 2));
        using var view = store.Read();
        Encoding.UTF8.GetString(new SpanRecord(view.Segments[0][1]).Name).ShouldBe("kept too");
    }

    [Fact]
    public void A_trace_is_looked_for_only_where_it_may_be()
    {
        var filter = new Storage.TraceFilter();
        var added = Enumerable.Range(0, 1500).Select(_ => NewTrace()).ToArray();
        foreach (var trace in added)
            filter.Add(trace);

        added.ShouldAllBe(trace => filter.MayHold(trace));
        Enumerable.Range(0, 10_000).Count(_ => filter.MayHold(NewTrace())).ShouldBeLessThan(300);
    }

    private static TraceKey NewTrace()
    {
        Span<byte> id = stackalloc byte[16];
        ActivityTraceId.CreateRandom().CopyTo(id);
        return TraceKey.Read(id);
    }
}
