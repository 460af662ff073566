using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Access;
using Observability.Console.Answering;
using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Sessions;

namespace Observability.Console.Api;

/// <summary>The endpoints of sessions: the export of this host's, and the list and removal of imported ones.</summary>
internal sealed class SessionEndpoints(
    Recorder recorder, ResourceNames resource, SessionExport export, ImportedSessions sessions, IConsoleAudit audit, TimeProvider time, IMetricStore metrics)
{
    private const string Zip = "application/zip";

    public async Task ExportAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "from", "to");
        var now = Recorder.TicksOf(time.GetUtcNow());
        var (from, to) = (reader.Time("from", 0), Math.Min(now, reader.Time("to", now)));
        if (from > to)
            reader.Refuse("from", "Must be before to, and not in the future.");
        if (reader.Error is { } error)
        {
            await Answers.RefuseAsync(context, error.Field, error.Message);
            return;
        }
        if (!export.TryBegin())
        {
            await Answers.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Another export runs", "One export is written at a time.");
            return;
        }
        try
        {
            var own = new SessionSource(recorder.Spans, recorder.SpanState, recorder.Logs, recorder.LogState, metrics, resource.Attributes);
            context.Response.ContentType = Zip;
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"session-{time.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.zip\"";
            await export.WriteAsync(own, context.Response.BodyWriter, from, to, context.RequestAborted);
        }
        finally
        {
            export.End();
        }
    }

    public Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        if (reader.Error is { } error)
            return Answers.RefuseAsync(context, error.Field, error.Message);
        return Answers.WriteAsync(context, Write(json =>
        {
            json.WriteStartArray("sessions"u8);
            foreach (var session in sessions.All)
                Write(json, session);
            json.WriteEndArray();
        }));
    }

    public Task RemoveAsync(HttpContext context)
    {
        var name = context.Request.RouteValues["name"] as string ?? "";
        if (!sessions.Remove(name))
            return Answers.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such session", "No imported session has this name.");
        audit.Record("RemoveSession", name, ImportEndpoint.UserOf(context), "ok");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>A session as the member <c>session</c>.</summary>
    public static ArrayBufferWriter<byte> Describe(ImportedSession session) => Write(json =>
    {
        json.WritePropertyName("session"u8);
        Write(json, session);
    });

    private static ArrayBufferWriter<byte> Write(Action<Utf8JsonWriter> members)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void Write(Utf8JsonWriter json, ImportedSession session)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, session.Name);
        json.WriteNumber("bytes"u8, session.Bytes);
        Write(json, "traces", session.SpanState);
        Write(json, "logs", session.LogState);
        json.WriteNumber("metricPoints"u8, session.MetricPoints);
        json.WriteNumber("metricPointsRefused"u8, session.Samples.Refused);
        if (session.About.Text.Length > 0)
        {
            json.WritePropertyName("about"u8);
            json.WriteRawValue(session.About.Text);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, StoreState state)
    {
        json.WriteStartObject(name);
        Answers.WriteState(json, state);
        json.WriteEndObject();
    }
}
