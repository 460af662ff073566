using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Orders.Tests;

/// <summary>An Idempotency-Key is replayed for the same request only, whatever members a request has.</summary>
[Collection(OneShop.Name)]
public sealed class RequestFingerprintTests(OrdersShop shop)
{
    /// <summary>For each member of a request that holds a value, a change that the shop would accept in a new order.</summary>
    private static readonly Dictionary<string, Action<JsonObject, Product>> Changes = new()
    {
        ["lines[].productId"] = static (request, other) => request["lines"]![0]!["productId"] = other.Id,
        ["lines[].quantity"] = static (request, _) => request["lines"]![0]!["quantity"] = 2,
    };

    [Fact]
    public async Task A_key_is_refused_for_a_request_that_differs_in_any_member()
    {
        var (product, other, customer) = (await shop.Given.AProductAsync(), await shop.Given.AProductAsync(), await shop.Given.ACustomerAsync());
        var order = await shop.Given.AnOrderAsync(customer, (product, 1));
        using var description = JsonDocument.Parse((await shop.GetAsync("/openapi/v1.json")).Text);

        MembersOf(description.RootElement, "#/components/schemas/PlaceOrderRequest", "")
            .ShouldBe(Changes.Keys, ignoreOrder: true, "Every member of the request needs a change here; with it, the test shows whether the fingerprint covers the member.");
        foreach (var (member, change) in Changes)
        {
            var request = JsonSerializer.SerializeToNode(Given.Lines((product, 1)))!.AsObject();
            change(request, other);

            var refused = await RetryAsync(order, request);

            (refused.Status, refused.Code).ShouldBe((422, "orders.key_reused"), member);
        }

        (await RetryAsync(order, Given.Lines((product, 1)))).Text.ShouldBe(order.Receipt.Text);
    }

    [Fact]
    public async Task The_order_of_the_lines_is_of_no_matter_to_a_retry()
    {
        var (product, other) = (await shop.Given.AProductAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.AnOrderAsync(await shop.Given.ACustomerAsync(), (product, 1), (other, 2));

        var retried = await RetryAsync(order, Given.Lines((other, 2), (product, 1)));

        (retried.Status, retried.Text).ShouldBe((201, order.Receipt.Text));
    }

    [Fact]
    public async Task An_order_without_a_fingerprint_is_compared_by_its_lines()
    {
        var product = await shop.Given.AProductAsync();
        var order = await shop.Given.AnOrderAsync(await shop.Given.ACustomerAsync(), (product, 1));
        await shop.ScalarAsync<int>("UPDATE orders.orders SET fingerprint = NULL WHERE id = @Id", new { order.Id });

        (await RetryAsync(order, Given.Lines((product, 1)))).Text.ShouldBe(order.Receipt.Text);
        (await RetryAsync(order, Given.Lines((product, 2)))).Code.ShouldBe("orders.key_reused");
    }

    private Task<Answer> RetryAsync(Order order, object request) =>
        shop.PostAsync("/api/orders", request, order.Customer, ("Idempotency-Key", order.Id.ToString()));

    private static IEnumerable<string> MembersOf(JsonElement document, string reference, string path)
    {
        var schema = reference[2..].Split('/').Aggregate(document, (element, name) => element.GetProperty(name));
        return schema.GetProperty("properties").EnumerateObject().SelectMany(member => MembersIn(document, member.Value, $"{path}{member.Name}"));
    }

    private static IEnumerable<string> MembersIn(JsonElement document, JsonElement schema, string path) =>
        schema.TryGetProperty("$ref", out var reference) ? MembersOf(document, reference.GetString()!, $"{path}.")
        : schema.TryGetProperty("items", out var items) ? MembersIn(document, items, $"{path}[]")
        : [path];
}
