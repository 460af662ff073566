using System.Text;
using System.Text.Json;

namespace ECommerce.Host.Tests.Http;

/// <summary>Requests whose refusal would cost more than the request: many items, many mistakes, long names.</summary>
public sealed class AmplificationTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const int LongestRefusal = 8 * 1024;

    [Fact]
    public async Task An_order_of_349_001_lines_is_refused_by_their_number()
    {
        var body = $$"""{"lines":[{{string.Join(',', Enumerable.Repeat("{}", 349_001))}}]}""";

        var answer = await PlaceAsync(body);

        shop.ShouldRefuse(answer, "too many lines", "lines");
        answer.Fields.ShouldHaveSingleItem();
        answer.Text.ShouldContain("Must not hold more than 1000 items.");
        answer.Text.Length.ShouldBeLessThan(LongestRefusal);
    }

    [Theory]
    [InlineData("""{"lines":[{"productId":[*]}]}""", "lines[0].productId", "[]")]
    [InlineData("""{"lines":[{},{},{"productId":{*}}]}""", "lines[2].productId", "members")]
    [InlineData("{*}", "body", "members")]
    [InlineData("[*]", "body", "0")]
    [InlineData("""{"lines":[*]}""", "lines", "null")]
    public async Task Any_array_or_object_of_more_than_a_thousand_is_refused_by_its_path(string template, string path, string item)
    {
        var items = item == "members" ? Enumerable.Range(0, 1001).Select(number => $"\"m{number}\":0") : Enumerable.Repeat(item, 1001);

        var answer = await PlaceAsync(template.Replace("*", string.Join(',', items), StringComparison.Ordinal));

        shop.ShouldRefuse(answer, path, path);
        answer.Text.ShouldContain("Must not hold more than 1000 items.");
    }

    [Fact]
    public async Task Lines_beyond_the_slice_s_own_bound_are_not_looked_at()
    {
        var answer = await PlaceAsync($$"""{"lines":[{{string.Join(',', Enumerable.Repeat("{}", 101))}}]}""");

        answer.Fields.ShouldBe(["lines"]);
        answer.Text.ShouldContain("Must not hold more than 100 lines.");
        answer.Body.TryGetProperty("moreErrors", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_refusal_names_twenty_fields_and_says_how_many_more_are_wrong()
    {
        var answer = await PlaceAsync($$"""{"lines":[{{string.Join(',', Enumerable.Repeat("{}", 100))}}]}""");

        shop.ShouldRefuse(answer, "two hundred mistakes", "lines[0].quantity");
        answer.Fields.Count.ShouldBe(20);
        answer.Body.GetProperty("moreErrors").GetInt32().ShouldBe(180);
    }

    [Fact]
    public async Task Products_that_are_unknown_are_named_up_to_the_same_number()
    {
        var lines = Enumerable.Range(0, 100).Select(_ => new { productId = Guid.CreateVersion7(), quantity = 1 });

        var answer = await PlaceAsync(JsonSerializer.Serialize(new { lines }));

        answer.Code.ShouldBe("orders.unknown_product");
        answer.Fields.Count.ShouldBe(20);
        answer.Body.GetProperty("moreErrors").GetInt32().ShouldBe(80);
    }

    public static TheoryData<string, string> LongNames => new()
    {
        { "an unknown member", $$"""{"{{new string('x', 1_000_000)}}":1}""" },
        { "an unknown member of a line", $$"""{"lines":[{"{{new string('x', 1_000_000)}}":1}]}""" },
        { "a member given twice", $$"""{"{{new string('x', 400_000)}}":1,"{{new string('x', 400_000)}}":1}""" },
        { "an array under a long name", $$"""{"{{new string('x', 400_000)}}":[{{string.Join(',', Enumerable.Repeat("0", 2000))}}]}""" },
        { "a broken surrogate", $$"""{"{{new string('x', 98)}}😀{{new string('x', 98)}}":1}""" },
    };

    [Theory]
    [MemberData(nameof(LongNames))]
    public async Task Names_of_members_are_repeated_up_to_a_hundred_characters(string fault, string body)
    {
        var answer = await PlaceAsync(body);

        shop.ShouldRefuse(answer, fault);
        answer.Text.Length.ShouldBeLessThan(LongestRefusal, fault);
        answer.Fields.ShouldAllBe(field => field.Length <= 100);
    }

    [Theory]
    [InlineData("/api/products?limit=", 400)]
    [InlineData("/api/products?after=", 400)]
    [InlineData("/api/products?search=", 400)]
    [InlineData("/api/products?sort=", 400)]
    [InlineData("/api/orders?status=", 400)]
    [InlineData("/api/products/", 400)]
    [InlineData("/problems/", 404)]
    [InlineData("/", 404)]
    public async Task Addresses_are_repeated_up_to_a_hundred_characters(string address, int status)
    {
        var answer = await shop.GetAsync(address + new string('x', 6000), await shop.Given.ACustomerAsync());

        answer.Status.ShouldBe(status);
        shop.ShouldRefuse(answer, address);
        answer.Body.GetProperty("instance").GetString()!.Length.ShouldBeLessThanOrEqualTo(100);
        answer.Text.ShouldNotContain(new string('x', 101));
    }

    [Theory]
    [InlineData("Idempotency-Key")]
    [InlineData("If-Match")]
    [InlineData("If-None-Match")]
    [InlineData("X-Fault")]
    [InlineData("X-Request-Id")]
    [InlineData("Authorization")]
    [InlineData("Accept")]
    public async Task Headers_are_not_repeated(string header)
    {
        var product = await shop.Given.AProductAsync();
        var value = string.Join(", ", Enumerable.Repeat(new string('x', 200), 140));

        foreach (var call in (Func<Task<Answer>>[])[() => shop.GetAsync($"/api/products/{product.Id}", null, (header, value)), () => PlaceAsync("{}", (header, value))])
        {
            var answer = await call();
            answer.Status.ShouldBeLessThan(500);
            answer.Text.ShouldNotContain(new string('x', 101));
            answer.Headers.Values.ShouldAllBe(sent => !sent.Contains(new string('x', 101), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_bodies_of_operators_are_counted_too()
    {
        var members = string.Join(',', Enumerable.Range(0, 1001).Select(number => $"\"m{number}\":0"));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/ops/faults/latency") { Content = new StringContent($"{{{members}}}", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Management-Key", shop.ManagementKey);

        using var response = await shop.Management.SendAsync(request);

        var answer = await Answer.ReadAsync(response);
        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("Must not hold more than 1000 items.");
    }

    private async Task<Answer> PlaceAsync(string body, params (string Name, string Value)[] headers) =>
        await shop.PostAsync("/api/orders", new StringContent(body, Encoding.UTF8, "application/json"), await shop.Given.ACustomerAsync(), headers);
}
