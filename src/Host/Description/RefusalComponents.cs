using System.Globalization;
using System.Text.Json.Nodes;
using ECommerce.Kernel;
using ECommerce.Platform.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Problem documents in the description: one schema, one example for each code, one answer for each set of codes.</summary>
internal static class RefusalComponents
{
    private const string Schema = "Problem";

    public static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);

    public static async Task EnsureSchemaAsync(OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Document!.Components?.Schemas?.ContainsKey(Schema) is true)
            return;
        var problem = await context.GetOrCreateSchemaAsync(typeof(Problem.Document), cancellationToken: ct);
        problem.Description = "A refusal (RFC 9457). 'type' leads to what it means and what to do; 'errors' is there when fields are wrong and names twenty of them at most; 'moreErrors' says how many more there are.";
        problem.Required?.Remove("errors");
        problem.AdditionalPropertiesAllowed = true;
        context.Document.AddComponent(Schema, problem);
    }

    /// <summary>The answer that makes one of these refusals, all of the same status.</summary>
    public static OpenApiResponseReference Reference(OpenApiDocument document, IReadOnlyList<Error> refusals)
    {
        var name = string.Join('-', refusals.Select(error => error.Code));
        if (document.Components?.Responses?.ContainsKey(name) is not true)
            document.AddComponent(name, Answer(document, refusals));
        return new(name, document);
    }

    private static OpenApiResponse Answer(OpenApiDocument document, IReadOnlyList<Error> refusals)
    {
        foreach (var error in refusals)
            document.AddComponent(error.Code, new OpenApiExample { Summary = error.Title, Description = error.Advice, Value = Example(error) });

        return new()
        {
            Description = string.Join(' ', refusals.Select(error => $"`{error.Code}`: {error.Title}")),
            Headers = HeaderComponents.References(document,
            [
                .. refusals[0].Status is 429 or 503 ? [HeaderNames.RetryAfter] : Array.Empty<string>(),
                .. refusals[0].Status is 401 ? [HeaderNames.WWWAuthenticate] : Array.Empty<string>(),
                HeaderComponents.TraceId,
                HeaderComponents.RequestId,
            ]),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(Schema, document),
                    Examples = refusals.ToDictionary(error => error.Code, IOpenApiExample (error) => new OpenApiExampleReference(error.Code, document)),
                },
            },
        };
    }

    private static JsonObject Example(Error error)
    {
        var problem = new JsonObject
        {
            ["type"] = $"/problems/{error.Code}",
            ["title"] = error.Title,
            ["status"] = error.Status,
            ["detail"] = error.Title,
            ["instance"] = error.Code.Split('.') is [var module, _] ? $"/api/{module}" : "/api/orders",
            ["code"] = error.Code,
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };
        if (error.Code == CommonErrors.ValidationFailed.Code)
            problem["errors"] = new JsonObject { ["lines[0].quantity"] = new JsonArray("Must be between 1 and 100.") };
        return problem;
    }
}
