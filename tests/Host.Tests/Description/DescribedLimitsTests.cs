using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Host.Tests.Description;

/// <summary>What the description says of requests and what the host enforces is the same, at the limit and one beyond it.</summary>
public sealed partial class DescribedLimitsTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const string AnyId = "0190f5fe-7c00-7a00-8000-00000000dead";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private sealed record Member(string Path, JsonNode Schema, string Field)
    {
        public JsonNode? this[string keyword] => Schema[keyword];
    }

    [Fact]
    public async Task Every_limit_of_a_body_holds_as_it_is_described()
    {
        var document = await DocumentAsync();
        List<string> wrong = [];
        foreach (var (path, method, operation) in Operations(document).Where(one => one.Node["requestBody"] is not null))
        {
            var content = operation["requestBody"]!["content"]!["application/json"]!;
            foreach (var member in MembersOf(document, content["schema"]!, ""))
            {
                foreach (var (value, isAllowed) in Around(member))
                {
                    var body = content["example"]!.DeepClone();
                    Place(body, member.Path, value);
                    using var json = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
                    var answer = await shop.SendAsync(new HttpMethod(method), path.Replace("{id}", AnyId, StringComparison.Ordinal), json, await shop.Given.AdminAsync());
                    if (answer.Fields.Contains(member.Field) == isAllowed || (!isAllowed && answer.Status != 400))
                        wrong.Add($"{operation["operationId"]} {member.Field} = {Shown(value)}: {answer.Status} {answer.Text}");
                }
            }
        }

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_word_of_a_query_is_taken_and_no_other()
    {
        var document = await DocumentAsync();
        List<string> sets = [];
        foreach (var (path, _, operation) in Operations(document).Where(one => one.Method == "get"))
        {
            foreach (var parameter in (operation["parameters"]?.AsArray() ?? []).Where(one => one!["schema"]!["enum"] is not null))
            {
                var (name, words) = (parameter!["name"]!.GetValue<string>(), parameter["schema"]!["enum"]!.AsArray().Select(word => word!.GetValue<string>()).ToArray());
                sets.Add($"{path}?{name}={string.Join('|', words)}");
                foreach (var word in words)
                    (await shop.GetAsync($"{path}?{name}={word}", await shop.Given.AdminAsync())).Status.ShouldBe(200, $"{path}?{name}={word}");
                (await shop.GetAsync($"{path}?{name}={words[0]}s", await shop.Given.AdminAsync())).Fields.ShouldBe([name]);
            }
        }

        sets.ShouldBe(
        [
            "/api/orders?status=placed|payment_pending|paid|shipped|delivered|cancelled",
            "/api/products?sort=newest|name|price|-price",
        ]);
    }

    [Fact]
    public async Task Every_limit_that_was_left_out_once_is_described()
    {
        var document = await DocumentAsync();
        string Limits(string schema, string member) => JsonSerializer.Serialize(document["components"]!["schemas"]![schema]!["properties"]![member]!.AsObject()
            .Where(keyword => keyword.Key is not ("description" or "examples" or "format")).OrderBy(keyword => keyword.Key, StringComparer.Ordinal).ToDictionary(), Readable);

        Limits("PlaceOrderLine", "quantity").ShouldBe("""{"maximum":100,"minimum":1,"type":"integer"}""");
        Limits("PlaceOrderRequest", "lines").ShouldBe("""{"items":{"$ref":"#/components/schemas/PlaceOrderLine"},"maxItems":100,"minItems":1,"type":"array"}""");
        Limits("AdjustStockRequest", "delta").ShouldBe("""{"maximum":1000000,"minimum":-1000000,"not":{"enum":[0]},"type":"integer"}""");
        Limits("AdjustStockRequest", "reason").ShouldBe("""{"maxLength":200,"minLength":1,"pattern":"\\S","type":"string"}""");
        Limits("CreateProductRequest", "name").ShouldBe("""{"maxLength":200,"minLength":1,"pattern":"\\S","type":"string"}""");
        Limits("CreateProductRequest", "description").ShouldBe("""{"maxLength":2000,"type":"string"}""");
        Limits("UpdateProductRequest", "category").ShouldBe("""{"maxLength":50,"minLength":1,"pattern":"^[a-z0-9]+(-[a-z0-9]+)*$","type":["string","null"]}""");
        Limits("Price", "amount").ShouldBe("""{"maximum":9999999999.99,"minimum":0.01,"type":"number"}""");
        Limits("PayOrderRequest", "method").ShouldBe("""{"enum":["card","declined_card","slow_card"],"type":"string"}""");
        Limits("User", "role").ShouldBe("""{"enum":["customer","admin"],"type":"string"}""");
        Limits("HealthReply", "status").ShouldBe("""{"enum":["healthy","degraded","unhealthy"],"type":"string"}""");
        document["components"]!["schemas"]!["PayOrderRequest"]!["required"]!.ToJsonString().ShouldBe("""["method"]""");
    }

    [Theory]
    [InlineData("ada.lovelace@example.com")]
    [InlineData("grüße@straße.example")]
    public async Task An_email_that_is_accepted_matches_the_pattern_that_is_described(string email)
    {
        var pattern = (await DocumentAsync())["components"]!["schemas"]!["RegisterUserRequest"]!["properties"]!["email"]!["pattern"]!.GetValue<string>();
        var registered = await shop.PostAsync("/api/users", new { email, name = "Ada Tester", password = "correct horse battery" });

        registered.Status.ShouldBe(201);
        Regex.IsMatch(email, pattern, RegexOptions.ECMAScript).ShouldBeTrue();
    }

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse((await shop.GetAsync("/openapi/v1.json")).Text)!;

    private static IEnumerable<(string Path, string Method, JsonNode Node)> Operations(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!);

    private static IEnumerable<Member> MembersOf(JsonNode document, JsonNode schema, string path)
    {
        if (schema["$ref"]?.GetValue<string>() is { } reference)
            schema = document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        else if (schema["oneOf"]?[0] is { } choice)
            return MembersOf(document, choice, path);
        IEnumerable<Member> own = path.Length == 0 ? [] : [new Member(path, schema, path)];
        if (schema["items"] is { } items)
            return own.Concat(MembersOf(document, items, $"{path}[0]"));
        return own.Concat(from member in schema["properties"]?.AsObject() ?? []
                          from inner in MembersOf(document, member.Value!, path.Length == 0 ? member.Key : $"{path}.{member.Key}")
                          select inner);
    }

    private static IEnumerable<(JsonNode Value, bool IsAllowed)> Around(Member member)
    {
        if (member["minLength"]?.GetValue<int>() is { } shortest)
        {
            yield return (Text(shortest, member), true);
            yield return (Text(shortest - 1, member), false);
        }

        if (member["maxLength"]?.GetValue<int>() is { } longest)
        {
            yield return (Text(longest, member), true);
            yield return (Text(longest + 1, member), false);
        }

        var step = member["type"]!.ToJsonString().Contains("integer", StringComparison.Ordinal) ? 1 : 0.01m;
        if (member["minimum"]?.GetValue<decimal>() is { } least)
        {
            yield return (JsonValue.Create(least), true);
            yield return (JsonValue.Create(least - step), false);
        }

        if (member["maximum"]?.GetValue<decimal>() is { } most)
        {
            yield return (JsonValue.Create(most), true);
            yield return (JsonValue.Create(most + step), false);
        }

        if (member["not"]?["enum"]?[0] is { } never)
            yield return (never.DeepClone(), false);
        if (member["pattern"] is not null)
            yield return (JsonValue.Create("   "), false);
        if (member["minItems"] is not null)
            yield return (new JsonArray(), false);
        if (member["maxItems"]?.GetValue<int>() is { } items)
        {
            yield return (Lines(items), true);
            yield return (Lines(items + 1), false);
        }
    }

    private static JsonNode Text(int length, Member member) => member["pattern"]?.GetValue<string>().Contains('@', StringComparison.Ordinal) is true
        ? $"{new string('a', length - "@b.example".Length)}@b.example"
        : string.Concat(Enumerable.Range(0, length).Select(index => "zqjxkvbw"[index * 3 % 8])); // among no common passwords

    private static JsonArray Lines(int count) => [.. Enumerable.Range(0, count).Select(_ => new JsonObject { ["productId"] = Guid.NewGuid().ToString(), ["quantity"] = 1 })];

    // lines[0].quantity
    private static void Place(JsonNode body, string path, JsonNode value)
    {
        var steps = Step().Matches(path).Select(step => step.Value.Trim('[', ']')).ToArray();
        var holder = steps[..^1].Aggregate(body, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        if (int.TryParse(steps[^1], out var last))
            holder[last] = value;
        else
            holder[steps[^1]] = value;
    }

    private static string Shown(JsonNode value) => value.ToJsonString() is { Length: > 40 } text ? $"{text[..40]}… ({text.Length})" : value.ToJsonString();

    [GeneratedRegex(@"\w+|\[\d+\]")]
    private static partial Regex Step();
}
