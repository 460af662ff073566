using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>The headers of answers, each described once.</summary>
internal static class HeaderComponents
{
    public const string TraceId = "X-Trace-Id";
    public const string RequestId = "X-Request-Id";
    public const string Replayed = "Idempotency-Replayed";

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        [TraceId] = "The trace of this request: give it to whoever looks into it.",
        [RequestId] = "The id that the request came with, or one that was made for it.",
        [Replayed] = "'true' when this answers an earlier request with the same Idempotency-Key.",
        [HeaderNames.Location] = "Where to find what was made.",
        [HeaderNames.ETag] = "The version of what is answered, for If-Match and If-None-Match.",
        [HeaderNames.RetryAfter] = "Seconds to wait before a retry makes sense.",
        [HeaderNames.WWWAuthenticate] = "The scheme that is wanted.",
    };

    public static Dictionary<string, IOpenApiHeader> References(OpenApiDocument document, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            document.AddComponent(name, new OpenApiHeader
            {
                Description = Descriptions[name],
                Schema = new OpenApiSchema { Type = name == HeaderNames.RetryAfter ? JsonSchemaType.Integer : JsonSchemaType.String },
            });
        }

        return names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document));
    }
}
