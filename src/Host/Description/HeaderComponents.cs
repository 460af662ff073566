using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>The headers of answers, each described once.</summary>
internal static class HeaderComponents
{
    public const string TraceId = "X-Trace-Id";
    public const string RequestId = "X-Request-Id";
    public const string Replayed = "Idempotency-Replayed";

    private static readonly Dictionary<string, string> Examples = new(StringComparer.Ordinal)
    {
        [TraceId] = "4bf92f3577b34da6a3ce929d0e0e4736",
        [RequestId] = "0190f5fe7c007a008000000000000001",
        [Replayed] = "true",
        [HeaderNames.Location] = "/api/orders/0190f5fe-7c00-7a00-8000-000000000001",
        [HeaderNames.ETag] = "\"1\"",
        [HeaderNames.RetryAfter] = "1",
        [HeaderNames.WWWAuthenticate] = "Bearer",
        [HeaderNames.Allow] = "GET, POST",
    };

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        [TraceId] = "The trace of this request: give it to whoever looks into it.",
        [RequestId] = "The id that the request came with, or one that was made for it.",
        [Replayed] = "'true' when this answers an earlier request with the same Idempotency-Key.",
        [HeaderNames.Location] = "The path of the order, the product or the user.",
        [HeaderNames.ETag] = "The version of what is answered, for If-Match and If-None-Match.",
        [HeaderNames.RetryAfter] = "Seconds to wait before a retry makes sense.",
        [HeaderNames.WWWAuthenticate] = "The scheme that is wanted.",
        [HeaderNames.Allow] = "The methods that the path knows, with 405.",
    };

    public static Dictionary<string, IOpenApiHeader> References(OpenApiDocument document, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            document.AddComponent(name, new OpenApiHeader
            {
                Description = Descriptions[name],
                Schema = new OpenApiSchema { Type = name == HeaderNames.RetryAfter ? JsonSchemaType.Integer : JsonSchemaType.String },
                Example = name == HeaderNames.RetryAfter ? JsonValue.Create(int.Parse(Examples[name], CultureInfo.InvariantCulture)) : JsonValue.Create(Examples[name]),
            });
        }

        return names.ToDictionary(name => name, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document));
    }
}
