using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>The reusable header components of the OpenAPI document.</summary>
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
        [TraceId] = "The trace id of this request; support can find the request by it.",
        [RequestId] = "The id that the request was sent with, or one that the host has generated.",
        [Replayed] = "'true' when this answers an earlier request with the same Idempotency-Key.",
        [HeaderNames.Location] = "The path of the created order, product or user.",
        [HeaderNames.ETag] = "The version of the resource, for If-Match and If-None-Match.",
        [HeaderNames.RetryAfter] = "The number of seconds after which a retry makes sense.",
        [HeaderNames.WWWAuthenticate] = "The required authentication scheme.",
        [HeaderNames.Allow] = "The methods that the path supports, with 405.",
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
