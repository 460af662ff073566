using System.Buffers;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Observability.Console.Access;
using Observability.Console.Answering;
using Observability.Console.Sessions;

namespace Observability.Console.Api;

/// <summary>The endpoint that imports a session: the zip as the body, or as the only file of a form, whose answer leads back to the page.</summary>
internal sealed class ImportEndpoint(ImportedSessions sessions, IConsoleAudit audit)
{
    private const string Page = "/console/sessions";
    private const string Form = "multipart/form-data";

    public async Task PostAsync(HttpContext context)
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

    /// <summary>The caller, as the record of operators names it.</summary>
    public static ConsoleUser UserOf(HttpContext context) => new(
        context.User.Identity?.Name ?? "", Enum.TryParse<ConsoleRole>(context.User.FindFirstValue(ConsoleAuthentication.Role), out var role) ? role : ConsoleRole.Viewer);

    private async Task ImportAsync(HttpContext context, string? name)
    {
        var isForm = context.Request.ContentType?.StartsWith(Form, StringComparison.OrdinalIgnoreCase) == true;
        try
        {
            if (await ReadAsync(context, isForm) is not { } zip)
            {
                await RefuseAsync(context, isForm, StatusCodes.Status413PayloadTooLarge, "body", $"Has more than {sessions.MostZipBytes} bytes.");
                return;
            }
            var session = await sessions.ImportAsync(name, zip, context.RequestAborted);
            audit.Record("ImportSession", session.Name, UserOf(context), "ok");
            if (isForm)
            {
                Redirect(context, Page);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status201Created;
            await Answers.WriteAsync(context, SessionEndpoints.Describe(session));
        }
        catch (ImportRefusedException refused)
        {
            await RefuseAsync(context, isForm, StatusCodes.Status400BadRequest, refused.Field, refused.Message);
        }
        finally
        {
            sessions.End();
        }
    }

    private Task RefuseAsync(HttpContext context, bool isForm, int status, string field, string message)
    {
        audit.Record("ImportSession", "", UserOf(context), "rejected");
        if (!isForm)
            return Answers.WriteProblemAsync(context, status, "The session is not imported", $"{field}: {message}", field, message);
        Redirect(context, QueryHelpers.AddQueryString(Page, "refused", $"{field}: {message}"));
        return Task.CompletedTask;
    }

    private static void Redirect(HttpContext context, string target)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = target;
    }

    /// <summary>The whole zip; null when it is too large.</summary>
    private async Task<ArraySegment<byte>?> ReadAsync(HttpContext context, bool isForm)
    {
        var most = sessions.MostZipBytes;
        if (context.Request.ContentLength > most)
            return null;
        // A host's limit is for its own requests, which are smaller. Here the length is counted below.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
        try
        {
            var body = isForm ? await FileOfAsync(context) : context.Request.Body;
            return await ReadAsync(body, (int)(context.Request.ContentLength ?? 0), most, context.RequestAborted);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
        catch (Exception wrong) when (wrong is InvalidDataException or IOException)
        {
            throw new ImportRefusedException("body", "Is no form with a file, or ends too early.");
        }
    }

    private static async Task<ArraySegment<byte>?> ReadAsync(Stream body, int expected, int most, CancellationToken cancellation)
    {
        var bytes = new MemoryStream(expected);
        var part = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; (read = await body.ReadAsync(part, cancellation)) > 0;)
            {
                if (bytes.Length + read > most)
                    return null;
                bytes.Write(part, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
        return new(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static async Task<Stream> FileOfAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 128 } boundary)
            throw new ImportRefusedException("body", "Is a form without a boundary.");
        var parts = new MultipartReader(boundary.ToString(), context.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
        var section = await parts.ReadNextSectionAsync(context.RequestAborted);
        return section?.Body ?? throw new ImportRefusedException("body", "Is a form without a file.");
    }
}
