using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Observability.Console.Access;
using Observability.Console.Answering;
using Observability.Console.Settings;

namespace Observability.Console.Description;

/// <summary>
/// The description of the API in OpenAPI 3.1, made from its endpoints. The parameters of the query are those that an endpoint's summary names:
/// <c>?limit</c>, <c>?sort=start|duration</c>. The answers are in <c>schemas.json</c>, by the names of the endpoints.
/// </summary>
internal sealed partial class ApiDescription(EndpointDataSource endpoints, ConsoleSettings settings, IConsoleKeys keys)
{
    private const string Key = "key";
    private const string Cookie = "session";

    private static readonly JsonElement Described = ReadSchemas();

    public Task GetAsync(HttpContext context) => Answers.WriteAsync(context, Write(SignIn.CookieOf(context.Request)));

    private ArrayBufferWriter<byte> Write(string cookie)
    {
        var body = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        json.WriteStartObject("info");
        json.WriteString("title", $"{settings.Title}, the API of its console");
        json.WriteString("description", "What a host says about itself, from the memory of the host. Every answer says since when its store is complete, and what was evicted and dropped.");
        json.WriteString("version", "1");
        json.WriteEndObject();
        json.WriteStartObject("paths");
        foreach (var path in Operations().GroupBy(operation => operation.Path).OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(path.Key);
            foreach (var operation in path)
                WriteOperation(json, operation);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        WriteComponents(json, cookie);
        json.WriteStartArray("security");
        WriteRequirement(json, Key);
        WriteRequirement(json, Cookie);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return body;
    }

    private IEnumerable<Operation> Operations() =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        let path = "/" + Constraint().Replace(endpoint.RoutePattern.RawText ?? "", "}").TrimStart('/')
        where path.StartsWith($"{settings.ApiPath}/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select new Operation(
            path, method, endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName, endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary ?? "",
            [.. endpoint.RoutePattern.Parameters.Select(parameter => parameter.Name)]);

    private static void WriteOperation(Utf8JsonWriter json, Operation operation)
    {
        json.WriteStartObject(operation.Method.ToLowerInvariant());
        if (operation.Name is not null)
            json.WriteString("operationId", operation.Name);
        json.WriteString("summary", operation.Summary);
        json.WriteStartArray("parameters");
        foreach (var inPath in operation.InPath)
            WriteParameter(json, inPath, "path", "");
        foreach (var named in QueryParameter().Matches(operation.Summary).DistinctBy(named => named.Groups["name"].Value))
            WriteParameter(json, named.Groups["name"].Value, "query", named.Groups["values"].Value);
        json.WriteEndArray();
        if (HttpMethods.IsPost(operation.Method))
            WriteContent(json, "requestBody", "application/octet-stream", null);
        json.WriteStartObject("responses");
        if (operation.Name is { } name && Described.GetProperty("answers").TryGetProperty(name, out var answers))
            WriteMembers(json, answers);
        foreach (var (status, text) in Refusals)
        {
            json.WriteStartObject(status);
            json.WriteString("description", text);
            json.WriteStartObject("content");
            WriteMedia(json, "application/problem+json", "#/components/schemas/Problem");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static readonly (string Status, string Text)[] Refusals =
    [
        ("400", "A parameter is wrong; the member errors names it."),
        ("401", "Neither a key nor a session was sent."),
        ("429", "Too many wrong keys were sent."),
        ("503", "Too many answers are in work."),
    ];

    private static void WriteParameter(Utf8JsonWriter json, string name, string place, string values)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        json.WriteBoolean("required", place == "path");
        json.WriteStartObject("schema");
        json.WriteString("type", name switch { "limit" => "integer", "follow" => "boolean", _ => "string" });
        if (name is "from" or "to" or "before" or "after")
            json.WriteString("format", "date-time");
        if (values.Contains('|', StringComparison.Ordinal))
        {
            json.WriteStartArray("enum");
            foreach (var value in values.Split('|'))
                json.WriteStringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteComponents(Utf8JsonWriter json, string cookie)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("schemas");
        WriteMembers(json, Described.GetProperty("schemas"));
        json.WriteEndObject();
        json.WriteStartObject("securitySchemes");
        foreach (var (name, place, header) in ((string, string, string)[])[(Key, "header", keys.Header), (Cookie, "cookie", cookie)])
        {
            json.WriteStartObject(name);
            json.WriteString("type", "apiKey");
            json.WriteString("in", place);
            json.WriteString("name", header);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string name, string type, string? reference)
    {
        json.WriteStartObject(name);
        json.WriteStartObject("content");
        WriteMedia(json, type, reference);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMedia(Utf8JsonWriter json, string type, string? reference)
    {
        json.WriteStartObject(type);
        json.WriteStartObject("schema");
        if (reference is not null)
            json.WriteString("$ref", reference);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRequirement(Utf8JsonWriter json, string scheme)
    {
        json.WriteStartObject();
        json.WriteStartArray(scheme);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, JsonElement of)
    {
        foreach (var member in of.EnumerateObject())
            member.WriteTo(json);
    }

    private static JsonElement ReadSchemas()
    {
        using var stream = typeof(ApiDescription).Assembly.GetManifestResourceStream("description/schemas.json")!;
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    private sealed record Operation(string Path, string Method, string? Name, string Summary, IReadOnlyList<string> InPath);

    // {id:guid} is {id} in OpenAPI.
    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\?(?<name>\w+)(=(?<values>[\w|.]+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex QueryParameter();
}
