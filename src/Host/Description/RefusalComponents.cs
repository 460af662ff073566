using System.Globalization;
using System.Text.Json.Nodes;
using ECommerce.Kernel;
using ECommerce.Web;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>
/// The reusable components of problem documents: one schema, one example for each code, one response for each set of codes.
/// </summary>
internal static class RefusalComponents
{
    private const string Schema = "Problem";
    private const string Codes = "ProblemCode";
    private const string Other = "problem";

    public static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);

    public static async Task EnsureSchemaAsync(OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        if (context.Document!.Components?.Schemas?.ContainsKey(Schema) is true)
            return;
        var problem = await context.GetOrCreateSchemaAsync(typeof(Problem.Document), cancellationToken: ct);
        problem.Description = "A refusal (RFC 9457). 'type' leads to what it means and what to do; 'errors' is there when fields are wrong and names twenty of them at most; 'moreErrors' says how many more there are.";
        problem.Required?.Remove("errors");
        problem.Properties!["errors"] = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = problem.Properties["errors"].Description,
            AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        };
        context.Document.AddComponent(Codes, CodesOf(context.ApplicationServices.GetRequiredService<ErrorCatalogue>()));
        problem.Properties["code"] = new OpenApiSchemaReference(Codes, context.Document) { Description = problem.Properties["code"].Description };
        foreach (var (name, fact) in Facts())
            problem.Properties[name] = fact;
        problem.AdditionalPropertiesAllowed = true;
        context.Document.AddComponent(Schema, problem);
    }

    /// <summary>The response of all other refusals.</summary>
    public static OpenApiResponseReference AnyOther(OpenApiDocument document)
    {
        if (document.Components?.Responses?.ContainsKey(Other) is not true)
        {
            document.AddComponent(Other, new OpenApiResponse
            {
                Description = "Any other refusal, as a problem document.",
                Headers = HeaderComponents.References(document, [HeaderNames.Allow, HeaderNames.RetryAfter, HeaderComponents.TraceId, HeaderComponents.RequestId]),
                Content = new Dictionary<string, OpenApiMediaType> { [Problem.ContentType] = new() { Schema = new OpenApiSchemaReference(Schema, document) } },
            });
        }

        return new(Other, document);
    }

    private static OpenApiSchema CodesOf(ErrorCatalogue catalogue) => new()
    {
        Type = JsonSchemaType.String,
        Description = "The code of the refusal, for programs; /problems/{code} explains each.",
        Enum = [.. catalogue.All.Select(error => error.Code).Order(StringComparer.Ordinal).Select(code => (JsonNode)JsonValue.Create(code))],
    };

    // The extension members of errors: Error.With.
    private static IEnumerable<(string Name, OpenApiSchema Schema)> Facts()
    {
        yield return ("moreErrors", Fact(JsonSchemaType.Integer, "The number of invalid fields that 'errors' does not name."));
        yield return ("retryAfterSeconds", Fact(JsonSchemaType.Integer, "The number of seconds after which a retry makes sense, as in Retry-After."));
        yield return ("most", Fact(JsonSchemaType.Number, "The limit that the request would exceed."));
        yield return ("held", Fact(JsonSchemaType.Number, "The used part of the limit."));
        yield return ("asked", Fact(JsonSchemaType.Number, "The amount that the request asks for in addition."));
        yield return ("orderStatus", Fact(JsonSchemaType.String, "The status of the order that does not allow the request."));
        yield return ("shortages", new()
        {
            Type = JsonSchemaType.Array,
            Description = "The lines of the order that exceed the stock.",
            Items = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "line", "productId", "requested", "available" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["line"] = Fact(JsonSchemaType.Integer, "The line, counted from 0."),
                    ["productId"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid", Description = "The product." },
                    ["requested"] = Fact(JsonSchemaType.Integer, "Units that the order asks for."),
                    ["available"] = Fact(JsonSchemaType.Integer, "Units that can be ordered now."),
                },
            },
        });
    }

    private static OpenApiSchema Fact(JsonSchemaType type, string description) => new() { Type = type, Description = description };

    /// <summary>The response of these refusals, all of the same status.</summary>
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
