using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Queries;
using Observability.Console.Recording;

namespace Observability.Console.Answering;

/// <summary>Writes the answers of the API.</summary>
internal static class Answers
{
    public const string Json = "application/json";
    public const string Lines = "application/x-ndjson";

    /// <summary>A problem document (RFC 9457) that names the parameter.</summary>
    public static Task RefuseAsync(HttpContext context, string field, string message) => WriteProblemAsync(
        context, StatusCodes.Status400BadRequest, "A parameter is wrong", $"{field}: {message}", field, message);

    public static Task WriteProblemAsync(HttpContext context, int status, string title, string detail, string? field = null, string? message = null)
    {
        if (context.RequestServices.GetService<IConsoleProblems>() is { } problems)
            return problems.WriteAsync(context, status, detail, field, message);
        context.Response.StatusCode = status;
        var body = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "about:blank"u8);
            json.WriteString("title"u8, title);
            json.WriteNumber("status"u8, status);
            json.WriteString("detail"u8, detail);
            if (field is not null)
            {
                json.WriteStartObject("errors"u8);
                json.WriteStartArray(field);
                json.WriteStringValue(message);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        return WriteAsync(context, body, "application/problem+json");
    }

    public static Task WriteAsync(HttpContext context, ArrayBufferWriter<byte> body, string contentType = Json)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.WrittenCount;
        // What is answered changes at any time, and is for operators.
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.BodyWriter.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>What every answer says about itself: where it goes on, whether its size ended it, and what the store lacks.</summary>
    public static void WriteEnd(Utf8JsonWriter json, StoreState state, string? cursor, bool isCut)
    {
        if (cursor is not null)
            json.WriteString("cursor"u8, cursor);
        json.WriteBoolean("cut"u8, isCut);
        json.WriteStartObject("store"u8);
        WriteState(json, state);
        json.WriteEndObject();
    }

    /// <summary>The members that describe a store.</summary>
    public static void WriteState(Utf8JsonWriter json, StoreState state)
    {
        json.WriteString("completeSince"u8, state.CompleteSince);
        json.WriteNumber("bytes"u8, state.Bytes);
        json.WriteNumber("budget"u8, state.Budget);
        json.WriteNumber("kept"u8, state.Kept);
        json.WriteNumber("evicted"u8, state.Evicted);
        json.WriteNumber("dropped"u8, state.Dropped);
        json.WriteNumber("unreadable"u8, state.Unreadable);
    }

    public static void WriteTrace(Utf8JsonWriter json, TraceSummary trace)
    {
        json.WriteStartObject();
        json.WriteString("traceId"u8, trace.Trace.ToString());
        json.WriteString("name"u8, trace.Name);
        json.WriteString("module"u8, trace.Module);
        json.WriteString("start"u8, DateTimeOffset.UnixEpoch.AddTicks(trace.Start));
        json.WriteNumber("durationMs"u8, (double)trace.Duration / TimeSpan.TicksPerMillisecond);
        json.WriteNumber("spans"u8, trace.Spans);
        json.WriteNumber("errors"u8, trace.Errors);
        json.WriteEndObject();
    }
}
