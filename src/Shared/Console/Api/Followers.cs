using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Observability.Console.Answering;
using Observability.Console.Settings;
using Observability.Console.Storage;

namespace Observability.Console.Api;

/// <summary>
/// Answers that go on with new records, one JSON document a line (NDJSON). Their number is bounded. A caller that reads too slowly misses
/// records that the store evicts meanwhile, and is told how many; nothing is queued for a caller.
/// </summary>
internal sealed class Followers(IOptions<ConsoleOptions> options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private int _count;

    /// <param name="context">The request.</param>
    /// <param name="store">The store.</param>
    /// <param name="lineOf">A record as a line without its end; null when it does not match.</param>
    public Task FollowAsync(HttpContext context, SegmentStore store, Func<LeasedSegment, int, ArrayBufferWriter<byte>?> lineOf)
    {
        var next = store.Appended;
        return FollowAsync(context, body => Send(body, store, lineOf, ref next));
    }

    /// <param name="context">The request.</param>
    /// <param name="send">Writes the lines that are new; false when nothing is. It is called some times a second.</param>
    public async Task FollowAsync(HttpContext context, Func<IBufferWriter<byte>, bool> send)
    {
        if (Interlocked.Increment(ref _count) > options.Value.Followers)
        {
            Interlocked.Decrement(ref _count);
            await Answers.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many followers", $"{options.Value.Followers} answers with follow=true are open.");
            return;
        }
        try
        {
            // A host that stops does not wait for those who follow it.
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
            await SendAsync(context, send, ending.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller has gone, or the host stops.
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }

    private async Task SendAsync(HttpContext context, Func<IBufferWriter<byte>, bool> send, CancellationToken ending)
    {
        var body = context.Response.BodyWriter;
        context.Response.ContentType = Answers.Lines;
        context.Response.Headers.CacheControl = "no-store";
        // The headers, so that the caller knows that its answer has begun.
        await body.FlushAsync(ending);
        var said = time.GetTimestamp();
        while (true)
        {
            var isNew = send(body);
            if (isNew || time.GetElapsedTime(said) >= options.Value.Heartbeat)
            {
                if (!isNew)
                    body.Write("\n"u8);
                await body.FlushAsync(ending);
                said = time.GetTimestamp();
            }
            await Task.Delay(Pause, time, ending);
        }
    }

    /// <summary>Writes what is new, up to the size of an answer; false when nothing is.</summary>
    private bool Send(IBufferWriter<byte> body, SegmentStore store, Func<LeasedSegment, int, ArrayBufferWriter<byte>?> lineOf, ref long next)
    {
        using var view = store.Read();
        var written = 0L;
        foreach (var segment in view.Segments)
        {
            if (segment.Segment.FirstSequence + segment.Count <= next)
                continue;
            if (segment.Segment.FirstSequence > next)
            {
                body.Write(Encoding.UTF8.GetBytes($"{{\"missed\":{segment.Segment.FirstSequence - next}}}\n"));
                next = segment.Segment.FirstSequence;
                written++;
            }
            for (; next < segment.Segment.FirstSequence + segment.Count; next++)
            {
                if (written >= options.Value.AnswerBytes)
                    return true;
                if (lineOf(segment, (int)(next - segment.Segment.FirstSequence)) is not { } line)
                    continue;
                body.Write(line.WrittenSpan);
                body.Write("\n"u8);
                written += line.WrittenCount;
            }
        }
        return written > 0;
    }
}
