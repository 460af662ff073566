using System.Text;
using Observability.Console.Recording;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class RecorderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Recorded_spans_and_lines_arrive_in_their_stores_in_order()
    {
        using var recorder = Given.Recorder();
        for (var i = 0; i < 1000; i++)
        {
            recorder.Record(Given.Span($"span {i}"));
            recorder.Write(Given.Line($"line {i}"));
        }

        recorder.Flush(Patience).ShouldBeTrue();

        NamesOf(recorder.Spans, record => new SpanRecord(record).Name).ShouldBe(Enumerable.Range(0, 1000).Select(i => $"span {i}"));
        NamesOf(recorder.Logs, record => new LogRecord(record).Body).ShouldBe(Enumerable.Range(0, 1000).Select(i => $"line {i}"));
        (recorder.SpanState.Dropped, recorder.LogState.Dropped, recorder.LogState.Kept).ShouldBe((0, 0, 1000));
    }

    [Fact]
    public void A_line_that_is_no_JSON_is_counted_and_costs_no_other()
    {
        using var recorder = Given.Recorder();
        var complete = recorder.LogState.CompleteSince;
        recorder.Write("{\"message\":"u8);
        recorder.Write(Given.Line("well-formed"));

        recorder.Flush(Patience).ShouldBeTrue();

        NamesOf(recorder.Logs, record => new LogRecord(record).Body).ShouldBe(["well-formed"]);
        recorder.LogState.Unreadable.ShouldBe(1);
        recorder.LogState.CompleteSince.ShouldBeGreaterThan(complete, "a record from before then is missing");
    }

    [Fact]
    public void The_message_of_an_exception_event_is_not_kept()
    {
        var span = Given.Span("INSERT", set: one => one.AddEvent(new("exception", tags: new()
        {
            ["exception.type"] = "Tills.DrawerException",
            ["exception.message"] = "Key (email)=(jo@example.com) already exists",
        })));

        using var view = Given.StoreOf(span).Read();

        var bytes = view.Segments[0].Segment.Bytes.AsSpan();
        bytes.IndexOf("Tills.DrawerException"u8).ShouldBeGreaterThan(0);
        bytes.IndexOf("jo@example.com"u8).ShouldBe(-1);
    }

    [Fact]
    public void A_full_queue_refuses_and_goes_on_when_there_is_room()
    {
        var queue = new BoundedQueue<string>(4);
        for (var round = 0; round < 10; round++)
        {
            foreach (var item in new[] { "a", "b", "c", "d" })
                queue.TryEnqueue(item).ShouldBeTrue();
            queue.TryEnqueue("e").ShouldBeFalse();
            queue.TryDequeue(out var first).ShouldBeTrue();
            first.ShouldBe("a");
            queue.TryEnqueue("e").ShouldBeTrue();
            foreach (var expected in new[] { "b", "c", "d", "e" })
            {
                queue.TryDequeue(out var item).ShouldBeTrue();
                item.ShouldBe(expected);
            }
            queue.TryDequeue(out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_full_ring_refuses_and_goes_on_when_there_is_room()
    {
        var ring = new ByteRing(128);
        var random = new Random(1);
        var (written, read) = (new Queue<byte[]>(), 0);
        for (var i = 0; i < 10_000; i++)
        {
            var item = new byte[random.Next(1, 30)];
            random.NextBytes(item);
            if (ring.TryWrite(item))
                written.Enqueue(item);
            else
                written.Count.ShouldBeGreaterThan(0, "an empty ring has room");
            while (random.Next(2) == 0 && written.TryDequeue(out var expected))
            {
                ring.Peek().ToArray().ShouldBe(expected);
                ring.Release();
                read++;
            }
        }

        read.ShouldBeGreaterThan(5_000);
        ring.TryWrite(new byte[125]).ShouldBeFalse("larger than the ring");
    }

    [Fact]
    public async Task Producers_at_the_same_time_lose_and_mix_nothing()
    {
        const int producers = 4;
        const int items = 2_000;
        var (queue, ring) = (new BoundedQueue<string>(64), new ByteRing(1024));
        var next = new int[producers * 2];
        var writing = Enumerable.Range(0, producers).Select(producer => Task.Run(() =>
        {
            for (var i = 0; i < items; i++)
            {
                var item = $"{producer}:{i}";
                while (!queue.TryEnqueue(item))
                    Thread.Yield();
                while (!ring.TryWrite(Encoding.UTF8.GetBytes(item)))
                    Thread.Yield();
            }
        })).ToArray();

        var deadline = Stopwatch.StartNew();
        while (next.Sum() < producers * 2 * items && deadline.Elapsed < Patience)
        {
            if (queue.TryDequeue(out var item))
                Take(item, 0);
            if (ring.Peek() is { IsEmpty: false } bytes)
            {
                Take(Encoding.UTF8.GetString(bytes.Span), producers);
                ring.Release();
            }
        }

        next.ShouldAllBe(count => count == items);
        await Task.WhenAll(writing);

        void Take(string item, int offset)
        {
            var parts = item.Split(':');
            parts[1].ShouldBe($"{next[offset + parts[0][0] - '0']++}");
        }
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        using var recorder = Given.Recorder();
        var (span, line) = (Given.Span("sale"), Given.Line("sold"));

        var least = long.MaxValue;
        for (var attempt = 0; attempt < 100 && least > 0; attempt++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                recorder.Record(span);
                recorder.Write(line);
            }
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    private delegate ReadOnlySpan<byte> Read(RecordReader record);

    private static List<string> NamesOf(SegmentStore store, Read read)
    {
        using var view = store.Read();
        List<string> names = [];
        foreach (var segment in view.Segments)
        {
            for (var i = 0; i < segment.Count; i++)
                names.Add(Encoding.UTF8.GetString(read(segment[i])));
        }
        return names;
    }
}
