using System.Text.Json;

namespace ECommerce.Fuzz;

/// <summary>The OpenAPI document of a running shop: what may be sent, and what may come back.</summary>
internal sealed class Description
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    private readonly JsonElement _document;

    private Description(JsonElement document)
    {
        _document = document;
        Operations =
        [
            .. from path in document.GetProperty("paths").EnumerateObject()
               from member in path.Value.EnumerateObject()
               where Methods.Contains(member.Name)
               select Read(path.Name, member),
        ];
    }

    public IReadOnlyList<Operation> Operations { get; }

    /// <exception cref="NotAShopException">It is no OpenAPI document.</exception>
    public static Description Parse(byte[] document)
    {
        try
        {
            return new(JsonElement.Parse(document));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new NotAShopException("What is served as /openapi/v1.json is no OpenAPI document.");
        }
    }

    /// <summary>Follows <c>$ref</c>, and takes of a choice what is not null.</summary>
    public JsonElement Resolve(JsonElement schema)
    {
        while (true)
        {
            if (schema.TryGetProperty("$ref", out var reference))
                schema = Find(reference.GetString()!);
            else if (schema.TryGetProperty("oneOf", out var choice))
                schema = choice.EnumerateArray().First(one => !(one.TryGetProperty("type", out var type) && type.ValueEquals("null")));
            else
                return schema;
        }
    }

    public JsonElement Find(string reference) => reference[2..].Split('/')
        .Aggregate(_document, (node, name) => node.GetProperty(name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)));

    private Operation Read(string path, JsonProperty member)
    {
        var operation = member.Value;
        var parameters = operation.TryGetProperty("parameters", out var listed) ? listed.EnumerateArray().Select(Resolve).ToArray() : [];
        return new(
            operation.GetProperty("operationId").GetString()!, member.Name.ToUpperInvariant(), path,
            [.. parameters.Select(one => new Parameter(one.GetProperty("name").GetString()!, one.GetProperty("in").GetString()!, one.GetProperty("schema")))],
            operation.TryGetProperty("requestBody", out var body) ? Resolve(body).GetProperty("content").GetProperty("application/json").GetProperty("schema") : null,
            operation.GetProperty("responses").EnumerateObject().Where(answer => answer.Name != "default")
                .ToDictionary(answer => int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture), answer => ReadAnswer(answer.Value)));
    }

    private Dictionary<string, JsonElement> ReadAnswer(JsonElement answer) => Resolve(answer).TryGetProperty("content", out var content)
        ? content.EnumerateObject().ToDictionary(media => media.Name, media => media.Value.GetProperty("schema"))
        : [];
}

/// <param name="Body">The schema of its body; null when it takes none.</param>
/// <param name="Answers">By status, the schema of each media type; empty where there is no body.</param>
internal sealed record Operation(
    string Id, string Method, string Path, IReadOnlyList<Parameter> Parameters, JsonElement? Body,
    IReadOnlyDictionary<int, Dictionary<string, JsonElement>> Answers)
{
    /// <summary>Whether what a caller sends can be refused at all: what is left are days on which the shop is not well.</summary>
    public bool CanRefuse => Answers.Keys.Any(status => status is >= 400 and < 500 and not 429);

    /// <summary>Probes are not counted by the shop.</summary>
    public bool IsProbe => Path.StartsWith("/health", StringComparison.Ordinal) || Path == "/ready";
}

/// <param name="In"><c>path</c>, <c>query</c> or <c>header</c>.</param>
internal sealed record Parameter(string Name, string In, JsonElement Schema);

/// <summary>There is nothing to send to, or it lets nobody in; the message says which.</summary>
internal sealed class NotAShopException(string message) : Exception(message);
