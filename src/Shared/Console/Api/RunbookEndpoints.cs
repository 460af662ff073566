using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Observability.Console.Answering;
using Observability.Console.Runbooks;
using Observability.Console.Settings;

namespace Observability.Console.Api;

/// <summary>The endpoints of runbooks, for scripts and agents: the list, and one as Markdown.</summary>
internal sealed class RunbookEndpoints(RunbookLibrary library, ConsoleSettings settings)
{
    public async Task ListAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else
            await Answers.WriteAsync(context, Body(json =>
            {
                json.WriteStartArray("runbooks"u8);
                foreach (var runbook in library.All)
                    Write(json, runbook, null);
                json.WriteEndArray();
            }));
    }

    public async Task GetAsync(HttpContext context)
    {
        var reader = new QueryReader(context.Request.Query);
        if (reader.Error is { } error)
            await Answers.RefuseAsync(context, error.Field, error.Message);
        else if (library.Find(context.Request.RouteValues["name"] as string ?? "") is not { } runbook)
            await Answers.WriteProblemAsync(context, StatusCodes.Status404NotFound, "No such runbook", "/runbooks of this API lists the runbooks that there are.");
        else
            await Answers.WriteAsync(context, Body(json => Write(json, runbook, settings.Runbooks[runbook.Name], isNested: false)));
    }

    private static ArrayBufferWriter<byte> Body(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private static void Write(Utf8JsonWriter json, Runbook runbook, string? markdown, bool isNested = true)
    {
        if (isNested)
            json.WriteStartObject();
        json.WriteString("name"u8, runbook.Name);
        json.WriteString("title"u8, runbook.Title);
        json.WriteString("page"u8, $"{ConsoleSettings.PagePath}/runbooks/{runbook.Name}");
        if (markdown is not null)
            json.WriteString("markdown"u8, markdown);
        if (isNested)
            json.WriteEndObject();
    }
}
