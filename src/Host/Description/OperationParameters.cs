using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Describes the query parameters with their limits, and the headers that endpoints read themselves.</summary>
internal sealed class OperationParameters(SliceRules rules, SliceSummaries summaries) : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var slice = context.Description.Slice();
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var property = parameter.Name!;
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(property);
            parameter.Description = parameter.In is ParameterLocation.Path ? PlaceOf(parameter.Name, context.Description.RelativePath) : TextOf(slice, property);
            if (parameter.Schema is not OpenApiSchema schema)
                continue;
            if (slice is not null)
                SchemaDetails.Limit(schema, rules.Of(slice, parameter.Name));
            if (parameter.Name == "limit")
                schema.Default = JsonValue.Create(ListRules.DefaultLimit);
            else if (parameter.Name == "after")
                (schema.MinLength, schema.MaxLength, schema.Pattern) = (1, ListRules.LongestCursor, "^[A-Za-z0-9_-]+$");
        }

        var types = context.Description.Handler()?.GetParameters().Select(one => one.ParameterType) ?? [];
        foreach (var header in HeadersOf(context.Description.ActionDescriptor.EndpointMetadata, types))
            (operation.Parameters ??= []).Add(header);
        return Task.CompletedTask;
    }

    private string? TextOf(Type? slice, string property) =>
        slice?.GetNestedType("Query") is { } query ? summaries.OfMember(query, property) : null;

    // api/orders/{id}/pay -> the id of the order
    private static string PlaceOf(string name, string? path) => path?.Split('/') is ["api", { Length: > 1 } things, ..]
        ? $"The {name} of the {things[..^1]}."
        : $"The {name} of a refusal, the last part of a problem document's type.";

    private static IEnumerable<OpenApiParameter> HeadersOf(IList<object> metadata, IEnumerable<Type> taken)
    {
        foreach (var type in taken)
        {
            if (type == typeof(IdempotencyKey))
            {
                yield return Header(IdempotencyKey.Header, "0190f5fe-7c00-7a00-8000-000000000001",
                    "Makes a retry safe: it becomes the id of the created resource. Without it the server generates the id.", "uuid");
            }
            else if (type == typeof(IfMatch))
            {
                yield return Header(HeaderNames.IfMatch, "\"1\"", "* or a list of ETags: the change is made only while one of them is the current one.");
            }
        }

        if (metadata.OfType<Tagged>().Any())
            yield return Header(HeaderNames.IfNoneMatch, "\"1\"", "* or a list of ETags: 304 without a body while one of them is the current one.");
    }

    private static OpenApiParameter Header(string name, string example, string description, string? format = null) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format },
        // Shown beside the field in /docs and not as its value: a used key, or the ETag of another resource, changes the answer.
        Examples = new Dictionary<string, IOpenApiExample>
        {
            ["Example"] = new OpenApiExample
            {
                Value = JsonValue.Create(example),
                Extensions = new Dictionary<string, IOpenApiExtension> { ["x-disabled"] = new JsonNodeExtension(JsonValue.Create(true)) },
            },
        },
    };
}
