using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Sessions;

namespace Observability.Console.Api;

/// <summary>The endpoints of sessions: the export of this host's, and the import, list and removal of others.</summary>
internal sealed class SessionEndpoints(
    Recorder recorder, ResourceNames resource, SessionExport export, ImportedSessions sessions, TimeProvider time, IMetricStore? metrics = null)
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

    public async Task ImportAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query, "name");
        var name = context.Request.Query["name"] is [{ } given] ? given : null;
        if (name is not null && !ImportedSessions.IsName(name))
            reader.Refuse("name", $"Must be 1 to {ImportedSessions.LongestName} lower-case letters, digits and dashes.");
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (!sessions.TryBegin())
            await Answers.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Another import runs", "One session is imported at a time.");
        else
            await ImportAsync(context, name);
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
        if (!sessions.Remove(context.Request.RouteValues["name"] as string ?? ""))
            return Answers.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such session", "No imported session has this name.");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task ImportAsync(HttpContext context, string? name)
    {
        try
        {
            if (await ReadBodyAsync(context) is not { } zip)
            {
                await Answers.WriteProblemAsync(context, StatusCodes.Status413PayloadTooLarge, "The session is too large", $"body: Has at most {sessions.MostZipBytes} bytes.");
                return;
            }
            var session = await sessions.ImportAsync(name, zip, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status201Created;
            await Answers.WriteAsync(context, Write(json =>
            {
                json.WritePropertyName("session"u8);
                Write(json, session);
            }));
        }
        catch (ImportRefusedException refused)
        {
            await Answers.RefuseAsync(context, refused.Field, refused.Message);
        }
        finally
        {
            sessions.End();
        }
    }

    /// <summary>The whole body; null when it is too large.</summary>
    private async Task<ArraySegment<byte>?> ReadBodyAsync(HttpContext context)
    {
        var most = sessions.MostZipBytes;
        if (context.Request.ContentLength > most)
            return null;
        // A host's limit is for its own requests, which are smaller. Here the length is counted below.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        var part = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; (read = await context.Request.Body.ReadAsync(part, context.RequestAborted)) > 0;)
            {
                if (body.Length + read > most)
                    return null;
                body.Write(part, 0, read);
            }
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
        return new(body.GetBuffer(), 0, (int)body.Length);
    }

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
