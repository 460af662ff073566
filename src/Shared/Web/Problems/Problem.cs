using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;
using Observability.Context;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Web;

/// <summary>Writes an <see cref="Error"/> as a problem document (RFC 9457).</summary>
public sealed class Problem(Error error) : IResult
{
    public const string ContentType = "application/problem+json";

    /// <summary>The limit on fields in one document. The number of further invalid fields is the member <c>moreErrors</c>.</summary>
    public const int MostFields = 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// The value of Retry-After (RFC 9110, section 10.2.3), which every 429 and 503 has; that of the error when it has one.
    /// </summary>
    public int RetryAfterSeconds { get; init; } =
        error.Extensions is { } facts && facts.TryGetValue("retryAfterSeconds", out var told) ? told.GetInt32() : 1;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var response = httpContext.Response;
        if (response.HasStarted)
            return Task.CompletedTask;
        response.StatusCode = error.Status;
        if (error.Status is 429 or 503)
            response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (error.Status is 401 && response.Headers.WWWAuthenticate.Count == 0)
            response.Headers.WWWAuthenticate = "Bearer";
        response.Headers.CacheControl = "no-store";
        // The request's token is cancelled after a timeout, and the answer must be sent nevertheless.
        return response.WriteAsJsonAsync(Document.Of(error, httpContext), Json, ContentType, CancellationToken.None);
    }

    /// <summary>The members of the document, in the order in which they are written.</summary>
    /// <param name="Type">Where the code is explained.</param>
    /// <param name="Title">What happened, the same for every occurrence.</param>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="Detail">What happened this time.</param>
    /// <param name="Instance">The path that was asked for, shortened.</param>
    /// <param name="Code">The code of the refusal, for a program.</param>
    /// <param name="TraceId">The trace of the request, as in X-Trace-Id.</param>
    /// <param name="Errors">What is wrong with which field; absent when no field is.</param>
    public sealed record Document(
        string Type, string Title, int Status, string Detail, string Instance, string Code, string TraceId,
        IReadOnlyDictionary<string, string[]>? Errors)
    {
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Extensions { get; init; }

        /// <summary>
        /// Creates the document. Its size is bounded: 100 characters of the path and of a field's name, and <see cref="MostFields"/>
        /// fields.
        /// </summary>
        internal static Document Of(Error error, HttpContext context) => new(
            $"/problems/{error.Code}", error.Title, error.Status, error.Detail ?? error.Title, TruncatedText.Of(context.Request.Path.Value ?? ""), error.Code,
            RequestIdFeature.Current?.TraceId ?? "", FieldsOf(error))
        {
            Extensions = ExtensionsOf(error),
        };

        private static IReadOnlyDictionary<string, string[]>? FieldsOf(Error error)
        {
            if (error.Fields is not { } fields || (fields.Count <= MostFields && fields.Keys.All(name => name.Length <= TruncatedText.Most)))
                return error.Fields;
            Dictionary<string, string[]> shown = new(MostFields, StringComparer.Ordinal);
            foreach (var (name, messages) in fields.Take(MostFields))
                shown[TruncatedText.Of(name)] = messages;
            return shown;
        }

        private static Dictionary<string, JsonElement>? ExtensionsOf(Error error)
        {
            var extensions = error.Extensions?.ToDictionary();
            if (error.Fields is { Count: > MostFields and var count })
                (extensions ??= [])["moreErrors"] = JsonSerializer.SerializeToElement(count - MostFields);
            return extensions;
        }
    }
}
