using System.Buffers;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Filtering;
using Observability.Console.Limits;
using Observability.Console.Otlp;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Storage;

namespace Observability.Console.Api;

/// <summary>The endpoints of log records: a search from the newest, and new records as they are written.</summary>
internal sealed class LogEndpoints(Recorder recorder, FilterParser parser, ApiLimits limits, ResourceNames resource, Followers followers)
{
    public async Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "filter", "limit", "cursor", "from", "to", "follow");
        var isFollowing = reader.Follow();
        var query = new RecordQuery(reader.Filter(parser), reader.Time("from", 0), reader.Time("to", long.MaxValue), reader.Limit()) { Before = reader.Before() };
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (isFollowing)
            await followers.FollowAsync(context, recorder.Logs, (segment, record) => LineOf(segment, record, query.Filter));
        else
            await Answers.WriteAsync(context, await limits.SearchAsync(cancellation => List(query, cancellation), context.RequestAborted));
    }

    private ArrayBufferWriter<byte> List(RecordQuery query, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>();
        using var document = new OtlpDocument(body, resource.Attributes, isOfSpans: false);
        var end = LogSearch.Run(recorder.Logs, query, Take, cancellation);
        document.End(json => Answers.WriteEnd(json, recorder.LogState, end.Next is { } next ? Cursor.OfSequence(next) : null, end.IsCut));
        return body;

        bool Take(LeasedSegment segment, int record)
        {
            if (document.Length >= limits.AnswerBytes)
                return false;
            document.Add(new LogRecord(segment[record]));
            return true;
        }
    }

    private ArrayBufferWriter<byte>? LineOf(LeasedSegment segment, int record, Filter filter)
    {
        var log = new LogRecord(segment[record]);
        if (!filter.Matches(log))
            return null;
        var line = new ArrayBufferWriter<byte>();
        using var document = new OtlpDocument(line, resource.Attributes, isOfSpans: false);
        document.Add(log);
        document.End();
        return line;
    }
}
