using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Host.Tests.Http;

/// <summary>Bodies that nobody should send, sent to every endpoint that reads one.</summary>
public sealed class BadBodyTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 200)) + string.Concat(Enumerable.Repeat("]", 200));

    private readonly Scene _scene = new(shop);

    public static TheoryData<string> Calls => new(Api.Endpoints.Where(endpoint => endpoint.Body is not null).Select(endpoint => endpoint.Call));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_is_no_object_of_JSON_is_refused(string call)
    {
        (string Fault, byte[] Body)[] faults =
        [
            ("empty", []),
            ("only spaces", "   "u8.ToArray()),
            ("null", "null"u8.ToArray()),
            ("an array", "[]"u8.ToArray()),
            ("a number", "3"u8.ToArray()),
            ("a string", "\"text\""u8.ToArray()),
            ("cut off", "{\"a"u8.ToArray()),
            ("no JSON", "nonsense"u8.ToArray()),
            ("two values", "{} {}"u8.ToArray()),
            ("NUL bytes", [0, 0, 0]),
            ("invalid UTF-8", [(byte)'{', (byte)'"', 0xC3, 0x28, 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']),
            ("deep", Encoding.UTF8.GetBytes(Deep)),
        ];
        foreach (var (fault, body) in faults)
            shop.ShouldRefuse(await SendAsync(call, body), fault);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_body_over_one_megabyte_is_refused(string call)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"a": "{{new string('a', 1_100_000)}}"}""");

        // The server answers and hangs up as soon as it knows the length; a client that is still sending would not hear it.
        var answer = await SendAsync(call, body, headers: ("Expect", "100-continue"));

        shop.ShouldRefuse(answer, "too large");
        Assert.Equal("payload_too_large", answer.Code);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_body_of_another_type_is_refused(string call)
    {
        var good = Encoding.UTF8.GetBytes(await new Scene(shop).FillAsync(Api.Of(call).Body!));
        foreach (var type in (string?[])["text/plain", "application/x-www-form-urlencoded", "application/xml", null])
        {
            var answer = await SendAsync(call, good, type);
            shop.ShouldRefuse(answer, type ?? "no type");
            Assert.Equal("unsupported_media_type", answer.Code);
        }

        shop.ShouldRefuse(await SendAsync(call, good, "application/json; charset=nonsense"), "a charset that nobody knows");
    }

    [Fact]
    public async Task A_charset_in_quotes_is_the_charset()
    {
        var body = new StringContent($$"""{"email": "{{Guid.NewGuid():N}}@example.com", "name": "Ada", "password": "correct horse"}""");
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=\"UTF-8\"");

        Assert.Equal(201, (await shop.PostAsync("/api/users", body)).Status);
    }

    [Fact]
    public async Task Where_no_body_is_read_nobody_asks_for_its_charset()
    {
        var body = new StringContent("");
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-16");

        Assert.Equal(200, (await shop.SendAsync(HttpMethod.Get, "/api/products", body)).Status);
    }

    [Fact]
    public async Task A_refusal_that_began_as_an_exception_is_guarded_as_any_other()
    {
        var refused = await shop.PostAsync("/api/users", new StringContent("{", null, "application/json"));

        Assert.Equal("malformed_json", refused.Code);
        Assert.Equal("nosniff", refused.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", refused.Header("X-Frame-Options"));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Members_that_are_unknown_or_given_twice_are_refused_by_name(string call)
    {
        var body = Api.Of(call).Body!;
        var first = JsonNode.Parse(body)!.AsObject().First();

        shop.ShouldRefuse(await SendAsync(call, Open(body) + ", \"isAdmin\": true}"), "unknown", "isAdmin");
        shop.ShouldRefuse(await SendAsync(call, $"{Open(body)}, \"{first.Key}\": {first.Value!.ToJsonString()}}}"), "twice", first.Key);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Values_of_another_kind_or_out_of_all_range_are_refused_by_name(string call)
    {
        var template = Api.Of(call).Body!;
        foreach (var (path, value) in Members(JsonNode.Parse(template)!, ""))
        {
            foreach (var bad in BadFor(value))
                shop.ShouldRefuse(await SendAsync(call, Replace(template, path, bad)), $"{path} = {bad[..Math.Min(bad.Length, 60)]}", path);
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task What_is_missing_or_null_never_breaks_anything(string call)
    {
        var template = Api.Of(call).Body!;
        foreach (var (path, _) in Members(JsonNode.Parse(template)!, ""))
        {
            var answer = await SendAsync(call, Replace(template, path, "null"));
            if (answer.Status >= 400)
                shop.ShouldRefuse(answer, $"{path} = null", answer.Code == "validation_failed" && !path.Contains('[') ? null : path);
        }

        shop.ShouldRefuse(await SendAsync(call, "{}"), "nothing at all");
    }

    private static IEnumerable<string> BadFor(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.String => ["{}", "[]", "17", "true", "\"a\\u0000b\"", "\"\\ud800\"", $"\"{new string('a', 100_000)}\"", Deep],
        JsonValueKind.Number => ["{}", "[]", "true", "\"1\"", "\"\"", "1e400", "-1e30", "99999999999999999999999999999999999", "0.0001", "2147483648000", Deep],
        JsonValueKind.Array => ["{}", "1", "\"a\"", "[]", "[null]", "[1]", "[[]]", Deep],
        _ => ["[]", "1", "\"a\"", "{\"a\": 1}", Deep],
    };

    /// <summary>Every member with its path as a refusal names it: <c>lines[0].quantity</c>.</summary>
    private static IEnumerable<(string Path, JsonNode Value)> Members(JsonNode node, string path)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => ($"{path}{(path.Length > 0 ? "." : "")}{member.Key}", member.Value!)),
            JsonArray items => items.Select((item, index) => ($"{path}[{index}]", item!)),
            _ => [],
        };
        return children.SelectMany(child => Members(child.Item2, child.Item1).Prepend(child));
    }

    private static string Replace(string template, string path, string value)
    {
        var root = JsonNode.Parse(template)!;
        var place = Find(root, path);
        place.ReplaceWith("{replaced}");
        return root.ToJsonString().Replace("\"{replaced}\"", value, StringComparison.Ordinal);
    }

    private static JsonNode Find(JsonNode root, string path) => path.Split('.', '[')
        .Aggregate(root, (node, step) => step.EndsWith(']') ? node[int.Parse(step[..^1])]! : node[step]!);

    private static string Open(string body) => body[..body.LastIndexOf('}')];

    private async Task<Answer> SendAsync(string call, string body) =>
        await SendAsync(call, Encoding.UTF8.GetBytes(await _scene.FillAsync(body)));

    private async Task<Answer> SendAsync(string call, byte[] body, string? type = "application/json", params (string Name, string Value)[] headers)
    {
        var endpoint = Api.Of(call);
        var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        var caller = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await _scene.OwnerAsync();
        return await shop.SendAsync(endpoint.Method, await _scene.FillAsync(endpoint.Path), content, caller, headers);
    }
}
