using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class FulfilmentTests(OrdersShop shop)
{
    [Fact]
    public async Task A_paid_order_is_shipped_and_then_delivered()
    {
        var order = await shop.Given.APaidOrderAsync();
        var before = await shop.MetricsAsync();

        var shipped = await shop.ShipAsync(order);
        var delivered = await shop.DeliverAsync(order);

        (shipped.Status, shipped.Status()).ShouldBe((200, "shipped"));
        (delivered.Status, delivered.Status()).ShouldBe((200, "delivered"));
        (await shop.StoryOfAsync(order)).ShouldBe(["placed", "payment_pending", "paid", "shipped", "delivered"]);
        var counted = (await shop.MetricsAsync()).Since(before);
        counted["""orders_transitions_total{from="paid",to="shipped"}"""].ShouldBe(1);
        counted["""orders_transitions_total{from="shipped",to="delivered"}"""].ShouldBe(1);
        counted["""order_stage_duration_seconds_count{stage="paid_to_shipped"}"""].ShouldBe(1);
        counted["""order_stage_duration_seconds_count{stage="shipped_to_delivered"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task What_was_delivered_to_whom_is_told_to_other_modules()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var order = await shop.Given.APaidOrderAsync(customer, (product, 2));
        await shop.ShipAsync(order);
        await shop.SettleAsync();
        (await shop.Operator.PutAsJsonAsync("/ops/faults/relay_stalled", new { module = "orders" })).EnsureSuccessStatusCode();
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""fault_injections_total{fault="relay_stalled",module="orders"}"""] > 0, "the relay is held back");

        await shop.DeliverAsync(order);
        var told = await shop.ScalarAsync<string>("SELECT payload::text FROM orders.outbox WHERE aggregate_id = @Id", new { order.Id });
        (await shop.Operator.DeleteAsync("/ops/faults/relay_stalled")).EnsureSuccessStatusCode();

        var payload = JsonElement.Parse(told!);
        payload.GetProperty("userId").GetGuid().ShouldBe(customer.Id);
        var line = payload.GetProperty("lines").EnumerateArray().ShouldHaveSingleItem();
        (line.GetProperty("productId").GetGuid(), line.GetProperty("quantity").GetInt32()).ShouldBe((product.Id, 2));
        await shop.SettleAsync();
    }

    [Fact]
    public async Task Repeating_a_step_answers_with_the_order_as_it_is()
    {
        var order = await shop.Given.APaidOrderAsync();
        await shop.ShipAsync(order);
        var delivered = await shop.DeliverAsync(order);

        (await shop.ShipAsync(order)).Text.ShouldBe(delivered.Text);
        (await shop.DeliverAsync(order)).Text.ShouldBe(delivered.Text);
        (await shop.PayAsync(order)).Text.ShouldBe(delivered.Text);
        (await shop.StoryOfAsync(order)).Length.ShouldBe(5);
    }

    [Fact]
    public async Task Steps_that_are_not_due_are_refused_with_the_state_that_the_order_is_in()
    {
        var (placed, paid) = (await shop.Given.AnOrderAsync(), await shop.Given.APaidOrderAsync());

        Refused(await shop.ShipAsync(placed)).ShouldBe("The order is placed: it cannot become shipped.");
        Refused(await shop.DeliverAsync(placed)).ShouldBe("The order is placed: it cannot become delivered.");
        Refused(await shop.DeliverAsync(paid)).ShouldBe("The order is paid: it cannot become delivered.");
    }

    [Fact]
    public async Task A_cancelled_order_is_not_shipped()
    {
        var order = await shop.Given.APaidOrderAsync();
        await shop.CancelAsync(order);

        Refused(await shop.ShipAsync(order)).ShouldContain("cancelled");
    }

    [Theory]
    [InlineData("ship")]
    [InlineData("deliver")]
    public async Task Only_an_admin_ships_and_delivers(string step)
    {
        var order = await shop.Given.APaidOrderAsync();

        (await shop.PostAsync($"/api/orders/{order.Id}/{step}", by: order.Customer)).Status.ShouldBe(403);
        (await shop.PostAsync($"/api/orders/{order.Id}/{step}")).Status.ShouldBe(401);
        (await shop.PostAsync($"/api/orders/{Guid.NewGuid()}/{step}", by: await shop.Given.AdminAsync())).Status.ShouldBe(404);
    }

    private static string Refused(Answer answer)
    {
        (answer.Status, answer.Code).ShouldBe((409, "orders.invalid_state"));
        answer.Body.EnumerateObject().Select(member => member.Name).ShouldBeUnique();
        answer.Body.GetProperty("status").GetInt32().ShouldBe(409);
        answer.Body.GetProperty("orderStatus").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.String);
        return answer.Body.GetProperty("detail").GetString()!;
    }
}
