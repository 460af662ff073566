using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Describes the purpose of an operation, its module, its authorization, and an example body.</summary>
internal sealed class OperationText(SliceSummaries summaries) : IOpenApiOperationTransformer
{
    public const string Bearer = "bearer";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.Description;
        if (operation.Summary is null && endpoint.Slice() is { } slice && summaries.Of(slice) is { } text)
            Tell(operation, text);
        operation.Description ??= operation.Summary;
        if (ModuleOf(endpoint.RelativePath) is { } module)
            operation.Tags = new HashSet<OpenApiTagReference> { new(module, context.Document) };
        if (endpoint.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            Protect(operation, context.Document!);
        if (operation.RequestBody?.Content?.Values.FirstOrDefault() is { } body && RequestExamples.Of(operation.OperationId) is { } example)
            body.Example = JsonNode.Parse(example);
        return Task.CompletedTask;
    }

    // The first sentence is the summary; the whole text is the description.
    private static void Tell(OpenApiOperation operation, string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        operation.Summary = end < 0 ? text : text[..(end + 1)];
        operation.Description = text;
    }

    private static string? ModuleOf(string? path) =>
        path?.Split('/') is ["api", { Length: > 1 } module, ..] ? char.ToUpperInvariant(module[0]) + module[1..] : null;

    private static void Protect(OpenApiOperation operation, OpenApiDocument document)
    {
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "JWT",
            Description = "The token that POST /api/users/login answers with (ES256). It lives for one hour.",
        });
        operation.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
    }
}
