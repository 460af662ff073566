namespace ECommerce.Orders.Tests;

[Collection(OneShop.Name)]
public sealed class GetOrderTests(OrdersShop shop)
{
    [Fact]
    public async Task An_order_is_shown_to_its_customer_and_to_an_admin()
    {
        var order = await shop.Given.AnOrderAsync();

        var own = await shop.GetAsync($"/api/orders/{order.Id}", order.Customer);
        var admins = await shop.GetAsync($"/api/orders/{order.Id}", await shop.Given.AdminAsync());

        own.Status.ShouldBe(200);
        own.Body.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "userId", "status", "lines", "total", "placedAt", "updatedAt", "payBy"]);
        own.Body.GetProperty("placedAt").GetRawText().ShouldBe(order.Receipt.Body.GetProperty("placedAt").GetRawText());
        own.Body.GetProperty("lines").GetRawText().ShouldBe(order.Receipt.Body.GetProperty("lines").GetRawText());
        own.Body.GetProperty("total").GetRawText().ShouldBe(order.Receipt.Body.GetProperty("total").GetRawText());
        admins.Text.ShouldBe(own.Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/timeline")]
    public async Task Somebody_elses_order_looks_as_if_there_were_none(string part)
    {
        var order = await shop.Given.AnOrderAsync();
        var other = await shop.Given.ACustomerAsync();

        var theirs = await shop.GetAsync($"/api/orders/{order.Id}{part}", other);
        var none = await shop.GetAsync($"/api/orders/{Guid.NewGuid()}{part}", other);

        (theirs.Status, theirs.Code).ShouldBe((404, "not_found"));
        (none.Status, none.Code).ShouldBe((404, "not_found"));
        theirs.Body.GetProperty("detail").GetString().ShouldBe(none.Body.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_order_that_has_not_changed_is_not_sent_again()
    {
        var order = await shop.Given.AnOrderAsync();
        var etag = (await shop.GetAsync($"/api/orders/{order.Id}", order.Customer)).ETag!;

        (await shop.GetAsync($"/api/orders/{order.Id}", order.Customer, ("If-None-Match", etag))).Status.ShouldBe(304);
        await shop.PayAsync(order);
        var changed = await shop.GetAsync($"/api/orders/{order.Id}", order.Customer, ("If-None-Match", etag));

        changed.Status.ShouldBe(200);
        changed.ETag.ShouldNotBe(etag);
    }

    [Fact]
    public async Task An_id_that_is_no_UUID_is_refused_by_name()
    {
        var refused = await shop.GetAsync("/api/orders/42", await shop.Given.ACustomerAsync());

        refused.Status.ShouldBe(400);
        refused.Fields.ShouldBe(["id"]);
    }

    [Fact]
    public async Task The_timeline_tells_each_change_with_its_event_and_its_trace()
    {
        var order = await shop.Given.AnOrderAsync();
        var paid = await shop.ObserveAsync(HttpMethod.Post, $"/api/orders/{order.Id}/pay", new { method = "card" }, order.Customer);

        var timeline = await shop.GetAsync($"/api/orders/{order.Id}/timeline", order.Customer);

        var items = timeline.Body.GetProperty("items").EnumerateArray().ToArray();
        items.Select(item => item.GetProperty("status").GetString()).ShouldBe(["placed", "payment_pending", "paid"]);
        items.Select(item => item.GetProperty("at").GetDateTimeOffset()).ShouldBeInOrder();
        items.Select(item => item.GetProperty("eventId").GetGuid()).Distinct().Count().ShouldBe(3);
        items[0].GetProperty("traceId").GetString().ShouldBe(order.Receipt.Header("X-Trace-Id"));
        items[1].GetProperty("traceId").GetString().ShouldBe(paid.TraceId);
        items[2].GetProperty("traceId").GetString().ShouldBe(paid.TraceId);
        items[0].EnumerateObject().Select(member => member.Name).ShouldBe(["status", "at", "eventId", "traceId"]);
    }

    [Fact]
    public async Task An_event_of_the_timeline_is_the_message_that_was_sent()
    {
        var order = await shop.Given.AnOrderAsync();
        var paid = await shop.ObserveAsync(HttpMethod.Post, $"/api/orders/{order.Id}/pay", new { method = "card" }, order.Customer);

        var sent = shop.Spans.Of(paid.TraceId).Where(span => span.DisplayName.StartsWith("send ", StringComparison.Ordinal)).Select(span => span.GetTagItem("messaging.message.id"));

        var told = await shop.RowsAsync("SELECT event_id FROM orders.timeline WHERE order_id = @Id AND seq > 1 ORDER BY seq", new { order.Id });
        sent.ShouldBe(told.Select(row => row["event_id"]), ignoreOrder: true);
    }
}
