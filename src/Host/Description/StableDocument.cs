using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>
/// Sets the document's head, and sorts the document by names, so that it depends on no host, port or order of registration.
/// </summary>
internal sealed class StableDocument : IOpenApiDocumentTransformer
{
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new()
        {
            Title = "ECommerce",
            Version = "1",
            Summary = $"A shop of modules: {string.Join(", ", ShopModules.Names)}.",
            Description = Introduction.Text,
            Contact = new() { Name = "The ECommerce authors" },
            License = new() { Name = "MIT License", Identifier = "MIT" },
        };
        document.Servers = [new() { Url = "/", Description = "The host or the gateway that serves this document." }];

        var paths = new OpenApiPaths();
        foreach (var (path, item) in document.Paths.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            paths.Add(path, item);
        document.Paths = paths;

        var tags = paths.Values.SelectMany(path => path.Operations ?? []).Select(operation => operation.Value)
            .SelectMany(operation => operation.Tags ?? new HashSet<OpenApiTagReference>());
        document.Tags = tags.Select(tag => tag.Reference.Id!).Distinct().Order(StringComparer.Ordinal)
            .Select(name => new OpenApiTag { Name = name, Description = Introduction.OfTag(name) }).ToHashSet();
        if (document.Components is { } components)
        {
            components.Schemas = Sorted(components.Schemas);
            components.Responses = Sorted(components.Responses);
            components.Examples = Sorted(components.Examples);
            components.Headers = Sorted(components.Headers);
        }

        return Task.CompletedTask;
    }

    private static Dictionary<string, T>? Sorted<T>(IDictionary<string, T>? components) =>
        components?.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary();
}
