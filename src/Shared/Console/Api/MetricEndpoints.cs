using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Limits;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Sampling;

namespace Observability.Console.Api;

/// <summary>The endpoints of metrics: the families, the series of one over time, and their newest values as they are sampled.</summary>
internal sealed class MetricEndpoints(MetricQuery query, MetricStore store, MetricStates states, ApiLimits limits, Followers followers, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(15);

    public async Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else
            await Answers.WriteAsync(context, List());
    }

    public async Task GetAsync(HttpContext context)
    {
        var name = context.Request.RouteValues["family"] as string ?? "";
        if (query.Find(name) is not { } family)
        {
            await Answers.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such family", "The console has no samples of a family with this name. /metrics of this API lists those that it has.");
            return;
        }

        var reader = new QueryReader(context.Request.Query, "match", "value", "by", "from", "to", "step", "window", "limit", "cursor", "follow");
        var isFollowing = reader.Follow();
        var (question, skip, limit) = (reader.Metric(family, time.GetUtcNow(), Usual), reader.Skip(), reader.Limit());
        if (isFollowing && question.Value.Quantile is not null)
            reader.Refuse("value", "Must be raw or rate with follow=true.");
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (isFollowing)
            await FollowAsync(context, question, limit);
        else
            await Answers.WriteAsync(context, await limits.SearchAsync(cancellation => Series(family, question, skip, limit, cancellation), context.RequestAborted));
    }

    private ArrayBufferWriter<byte> List()
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("families"u8);
        var isCut = false;
        foreach (var family in query.Families)
        {
            isCut = json.BytesCommitted + json.BytesPending >= limits.AnswerBytes;
            if (isCut)
                break;
            json.WriteStartObject();
            WriteFamily(json, family);
            json.WriteNumber("series"u8, query.SeriesOf(family));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Answers.WriteEnd(json, states.State, cursor: null, isCut);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private ArrayBufferWriter<byte> Series(MetricFamilyInfo family, MetricQuestion question, int skip, int limit, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        WriteFamily(json, family);
        json.WriteNumber("stepMs"u8, question.Step);
        json.WriteNumber("windowMs"u8, question.Value == MetricValue.Raw ? 0 : question.Window);
        json.WriteStartArray("series"u8);
        var written = 0;
        var answers = query.Run(question, skip, limit, cancellation);
        foreach (var series in answers.Series)
        {
            WriteSeries(json, series, question.Value.Quantile is not null);
            written++;
            if (json.BytesCommitted + json.BytesPending >= limits.AnswerBytes)
                break;
        }
        json.WriteEndArray();
        var hasMore = skip + written < answers.Total;
        json.WriteNumber("total"u8, answers.Total);
        Answers.WriteEnd(json, states.State, hasMore ? Cursor.OfSequence(skip + written) : null, answers.IsCut || (hasMore && written < limit));
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private Task FollowAsync(HttpContext context, MetricQuestion question, int limit)
    {
        var said = store.LastSample;
        return followers.FollowAsync(context, body =>
        {
            var newest = store.LastSample;
            if (newest == said)
                return false;
            said = newest;
            // The latest point of the grid, which lies on whole seconds: the sample before it.
            var now = newest - (newest % question.Step) + question.Step;
            WriteLine(body, newest, query.Run(question with { From = now, To = now }, 0, limit, context.RequestAborted), limit);
            return true;
        });
    }

    private void WriteLine(IBufferWriter<byte> body, long newest, MetricAnswers answers, int limit)
    {
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, DateTimeOffset.FromUnixTimeMilliseconds(newest));
            json.WriteStartArray("series"u8);
            var isCut = false;
            foreach (var series in answers.Series)
            {
                isCut = json.BytesCommitted + json.BytesPending >= limits.AnswerBytes;
                if (isCut)
                    break;
                if (series.Last is not { } value)
                    continue;
                json.WriteStartObject();
                WriteLabels(json, series);
                json.WritePropertyName("value"u8);
                WriteNumber(json, value);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteBoolean("cut"u8, isCut || answers.IsCut || limit < answers.Total);
            json.WriteEndObject();
        }
        body.Write("\n"u8);
    }

    private static void WriteFamily(Utf8JsonWriter json, MetricFamilyInfo family)
    {
        json.WriteString("name"u8, family.Name);
        json.WriteString("type"u8, family.Type);
        json.WriteString("help"u8, family.Help);
    }

    private static void WriteSeries(Utf8JsonWriter json, MetricAnswer series, bool hasBounds)
    {
        json.WriteStartObject();
        WriteLabels(json, series);
        json.WriteStartArray("points"u8);
        foreach (var point in series.Points)
        {
            json.WriteStartArray();
            json.WriteNumberValue(point.Time);
            WriteNumber(json, point.Value);
            if (hasBounds)
            {
                WriteNumber(json, point.Lower);
                WriteNumber(json, point.Upper);
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteStartArray("exemplars"u8);
        foreach (var exemplar in series.Exemplars)
        {
            json.WriteStartObject();
            json.WriteNumber("time"u8, exemplar.Time);
            json.WritePropertyName("value"u8);
            WriteNumber(json, exemplar.Value);
            json.WriteString("traceId"u8, exemplar.TraceId);
            json.WriteString("spanId"u8, exemplar.SpanId);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, MetricAnswer series)
    {
        json.WriteString("name"u8, series.Name);
        json.WriteStartObject("labels"u8);
        foreach (var (label, value) in series.Labels)
            json.WriteString(label, value);
        json.WriteEndObject();
    }

    // JSON has no infinite number; Prometheus writes it so.
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
    }
}
