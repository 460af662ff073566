using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Description;

public sealed partial class OpenApiTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task Every_route_of_the_public_listener_is_described_and_no_other()
    {
        var document = await DocumentAsync();
        var described = OperationsOf(document).Select(operation => $"{operation.Method} {operation.Path}");

        described.Order().ShouldBe(PublicEndpoints().Select(endpoint => endpoint.Name).Order());
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        string[] references = [.. document.Descendants().OfType<JsonObject>().Select(node => node["$ref"]).OfType<JsonValue>().Select(node => node.GetValue<string>())];

        references.ShouldNotBeEmpty();
        references.Where(reference => Resolve(document, reference) is null).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_required_is_described()
    {
        var document = await DocumentAsync();
        var unknown = from schema in document["components"]!["schemas"]!.AsObject()
                      from name in schema.Value!["required"]?.AsArray() ?? []
                      where schema.Value["properties"]?[name!.GetValue<string>()] is null
                      select $"{schema.Key}.{name}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task Asking_for_the_orders_of_another_is_refused_as_described()
    {
        var refused = await shop.GetAsync($"/api/orders?userId={Guid.NewGuid()}", await shop.Given.ACustomerAsync());

        refused.Status.ShouldBe(403);
        (await DocumentAsync())["paths"]!["/api/orders"]!["get"]!["responses"]!["403"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_sum_of_many_orders_is_described_without_the_bound_of_one()
    {
        var document = await DocumentAsync();
        var revenue = Follow(document, Follow(document, document["components"]!["schemas"]!["OrderStats"])!["properties"]!["revenue"])!;

        revenue["properties"]!["amount"]!["type"].ShouldNotBeNull();
        revenue["properties"]!["amount"]!["maximum"].ShouldBeNull();
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_a_tag_and_a_summary()
    {
        var operations = OperationsOf(await DocumentAsync());

        operations.Select(operation => operation.Node["operationId"]?.GetValue<string>()).ShouldBeUnique();
        operations.Where(operation => operation.Node["operationId"] is null || operation.Node["summary"] is null || operation.Node["tags"] is not JsonArray { Count: 1 })
            .Select(operation => operation.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_what_needs_a_token_says_so()
    {
        var document = await DocumentAsync();
        var described = OperationsOf(document).Where(operation => operation.Node["security"] is not null).Select(operation => $"{operation.Method} {operation.Path}");

        described.Order().ShouldBe(PublicEndpoints().Where(endpoint => endpoint.Endpoint.Metadata.OfType<IAuthorizeData>().Any()).Select(endpoint => endpoint.Name).Order());
    }

    [Fact]
    public async Task Every_refusal_that_an_endpoint_declares_is_described_with_an_example()
    {
        var document = await DocumentAsync();
        var operations = OperationsOf(document).ToDictionary(operation => $"{operation.Method} {operation.Path}", operation => operation.Node);
        var missing = from endpoint in PublicEndpoints()
                      from error in endpoint.Endpoint.Metadata.OfType<Refusals>().SelectMany(refusals => refusals.Errors)
                      let answer = Follow(document, operations[endpoint.Name]["responses"]![$"{error.Status}"])
                      let example = Follow(document, answer?["content"]?["application/problem+json"]?["examples"]?[error.Code])
                      where example?["value"]?["code"]?.GetValue<string>() != error.Code
                      select $"{endpoint.Name}: {error.Code}";

        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_answer_that_succeeds_says_what_is_in_it()
    {
        var document = await DocumentAsync();
        var vague = from operation in OperationsOf(document)
                    from answer in operation.Node["responses"]!.AsObject()
                    where answer.Key is "200" or "201" or "202" && answer.Value!["content"]?["application/json"]?["schema"] is null
                    select $"{operation.Method} {operation.Path}: {answer.Key}";

        vague.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_body_has_an_example_with_the_members_of_its_schema()
    {
        var document = await DocumentAsync();
        foreach (var operation in OperationsOf(document).Where(operation => operation.Node["requestBody"] is not null))
        {
            var content = operation.Node["requestBody"]!["content"]!["application/json"]!;
            var schema = Follow(document, content["schema"])!;
            var members = content["example"].ShouldBeOfType<JsonObject>(operation.Path).Select(member => member.Key).ToArray();

            members.Except(schema["properties"]!.AsObject().Select(member => member.Key)).ShouldBeEmpty(operation.Path);
            (schema["required"]?.AsArray().Select(name => name!.GetValue<string>()) ?? []).Except(members).ShouldBeEmpty(operation.Path);
        }
    }

    [Theory]
    [InlineData("RegisterUser", 201)]
    [InlineData("Login", 200)]
    [InlineData("CreateProduct", 201)]
    public async Task An_example_can_be_sent_as_it_stands(string operationId, int status)
    {
        var operations = OperationsOf(await DocumentAsync()).ToDictionary(operation => operation.Node["operationId"]!.GetValue<string>());
        if (operationId == "Login")
            await shop.PostAsync("/api/users", ExampleOf(operations["RegisterUser"].Node));

        var answer = await shop.PostAsync(operations[operationId].Path, ExampleOf(operations[operationId].Node), await shop.Given.AdminAsync());

        if (operationId == "RegisterUser" && answer.Status == 409)
            return; // Login came first.
        answer.Status.ShouldBe(status, answer.Text);
    }

    [Fact]
    public async Task Everything_says_what_it_means_and_gives_an_example()
    {
        var document = await DocumentAsync();
        var silent =
            from schema in document["components"]!["schemas"]!.AsObject()
            from member in (schema.Value!["properties"]?.AsObject() ?? []).Select(member => (Name: $"{schema.Key}.{member.Key}", Node: member.Value!))
                .Prepend((Name: schema.Key, Node: schema.Value))
            where member.Node["description"] is null || (IsPlain(member.Node) && member.Node["examples"] is null)
            select member.Name;
        var speechless =
            from operation in OperationsOf(document)
            let parts = (operation.Node["parameters"]?.AsArray() ?? []).Select(one => (Name: one!["name"]!.GetValue<string>(), Node: one, Content: (JsonNode?)one))
                .Concat(operation.Node["responses"]!.AsObject().Where(answer => answer.Key[0] == '2')
                    .Select(answer => (Name: answer.Key, Node: answer.Value!, Content: answer.Value!["content"]?["application/json"])))
            from part in parts.Prepend((Name: "", operation.Node, Content: (JsonNode?)null))
            where part.Node["description"] is null || part.Node["description"]!.GetValue<string>() is "OK" or "Created"
                || (part.Content is not null && (part.Content["example"] ?? part.Content["examples"]) is null && operation.Path != "/openapi/v1.json")
            select $"{operation.Method} {operation.Path} {part.Name}";

        silent.ShouldBeEmpty("Each member has a <param> text at its record, and an example by its name in src/Host/Description/ExampleValues.cs.");
        speechless.ShouldBeEmpty("Each operation has the summary of its slice, and each part of it a text and an example.");
    }

    [Fact]
    public async Task Schemas_are_written_so_that_every_generator_reads_them()
    {
        var document = await DocumentAsync();
        var nodes = document.Descendants().OfType<JsonObject>().ToArray();

        nodes.Where(node => node["multipleOf"] is not null).ShouldBeEmpty("0.07 is no multiple of 0.01 in binary fractions.");
        nodes.Where(node => node["type"] is JsonArray types && types[^1]!.GetValue<string>() != "null").ShouldBeEmpty();
        nodes.Where(node => node["type"] is JsonValue type && type.ToString() == "array" && node["items"] is null).ShouldBeEmpty();
        nodes.Where(node => node["format"]?.ToString() == "decimal").Select(node => node["type"]!.ToString()).Distinct().ShouldBe(["number"]);
        // No escapes and groups of one engine only: RFC 9485, and anchors.
        foreach (var pattern in nodes.Select(node => node["pattern"]).OfType<JsonValue>().Select(pattern => pattern.GetValue<string>()).Distinct())
            Regex.IsMatch(pattern, @"\\[pPAzZbBkdDwWuxc]|\(\?").ShouldBeFalse(pattern);
        foreach (var node in nodes.Where(node => node["pattern"] is not null && node["examples"] is not null))
            Regex.IsMatch(node["examples"]![0]!.GetValue<string>(), node["pattern"]!.GetValue<string>(), RegexOptions.ECMAScript).ShouldBeTrue(node.ToJsonString());
    }

    [Fact]
    public async Task Answers_may_grow_and_requests_may_not()
    {
        var schemas = (await DocumentAsync())["components"]!["schemas"]!;

        schemas["Order"]!["additionalProperties"].ShouldBeNull();
        schemas["PlaceOrderRequest"]!["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        schemas["Price"]!["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
    }

    [Fact]
    public async Task The_codes_of_problems_are_those_that_are_explained()
    {
        var codes = (await DocumentAsync())["components"]!["schemas"]!["ProblemCode"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>());
        var explained = (await shop.GetAsync("/problems")).Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("code").GetString()!);

        codes.ShouldBe(explained);
    }

    [Fact]
    public async Task The_head_says_where_who_under_which_license_and_how_the_API_changes()
    {
        var document = await DocumentAsync();

        document["servers"]![0]!["url"]!.GetValue<string>().ShouldBe("/");
        document["info"]!["license"]!["identifier"]!.GetValue<string>().ShouldBe("MIT");
        document["info"]!["contact"]!["name"].ShouldNotBeNull();
        document["tags"]!.AsArray().ShouldAllBe(tag => tag!["description"] != null);
        var text = document["info"]!["description"]!.GetValue<string>();
        foreach (var word in (string[])["## Lists and pages", "## How this API changes", "RFC 9745", "RFC 8594", "twelve months", "`next`", "Retry-After"])
            text.ShouldContain(word);
        document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ShouldAllBe(name => !Regex.IsMatch(name, "([A-Z][a-z]+)s?\\1"));
        OperationsOf(document).ShouldAllBe(operation => operation.Node["responses"]!["default"] != null);
    }

    [Fact]
    public async Task A_list_tells_its_limits()
    {
        var list = OperationsOf(await DocumentAsync()).Single(operation => operation.Node["operationId"]!.GetValue<string>() == "ListProducts");
        var limit = list.Node["parameters"]!.AsArray().Single(parameter => parameter!["name"]!.GetValue<string>() == "limit")!["schema"]!;

        (limit["minimum"]!.GetValue<int>(), limit["maximum"]!.GetValue<int>(), limit["default"]!.GetValue<int>()).ShouldBe((1, 100, 20));
    }

    // A reference leads to its own example, a list is one of its items, and a whole is made of its members.
    private static bool IsPlain(JsonNode schema) => schema["$ref"] is null && schema["properties"] is null && schema["items"] is null && schema["enum"] is null;

    private static JsonNode ExampleOf(JsonNode operation) => operation["requestBody"]!["content"]!["application/json"]!["example"]!.DeepClone();

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse((await shop.GetAsync("/openapi/v1.json")).Text)!;

    private IEnumerable<(string Name, Endpoint Endpoint)> PublicEndpoints() =>
        from endpoint in shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.Listeners().HasFlag(Listener.Public)
        let path = "/" + Constraint().Replace(endpoint.RoutePattern.RawText!, "").Trim('/')
        where path != "/" && !path.StartsWith("/docs", StringComparison.Ordinal) // pages for people
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select ($"{method} {path}", (Endpoint)endpoint);

    private static List<(string Method, string Path, JsonNode Node)> OperationsOf(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select (operation.Key.ToUpperInvariant(), path.Key, operation.Value!),
    ];

    private static JsonNode? Follow(JsonNode document, JsonNode? node) =>
        node?["$ref"] is JsonValue reference ? Resolve(document, reference.GetValue<string>()) : node;

    private static JsonNode? Resolve(JsonNode document, string reference) => reference.StartsWith("#/", StringComparison.Ordinal)
        ? reference[2..].Split('/').Aggregate((JsonNode?)document, (node, part) => node?[part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)])
        : null;

    [GeneratedRegex(@"(?<=\{\w+):[^}]+")]
    private static partial Regex Constraint();
}

internal static class JsonNodes
{
    public static IEnumerable<JsonNode> Descendants(this JsonNode node) => node switch
    {
        JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(Descendants).Prepend(node),
        JsonArray items => items.OfType<JsonNode>().SelectMany(Descendants).Prepend(node),
        _ => [node],
    };
}
