using System.Diagnostics;
using ECommerce.Testing.Otlp;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>One order, followed by its spans as a collector has them.</summary>
public sealed class OrderTraceTests
{
    [Fact]
    public async Task An_order_can_be_followed_from_its_request_across_the_outbox()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());
        var trace = Trace.New();

        var placed = await shop.PostAsync("/api/orders", Given.Lines((product, 2)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()), trace.Header);

        var request = await collector.SpanAsync(span => span.TraceId == trace.Id && span.Kind is ActivityKind.Server);
        (request.Name, request.Scope, request.ParentSpanId).ShouldBe(("POST /api/orders", "Microsoft.AspNetCore", "b7ad6b7169203331"));
        var command = ChildOf(collector, request, "PlaceOrder");
        (command.Kind, command.Scope).ShouldBe((ActivityKind.Internal, "ECommerce.Orders"));
        (command["app.module"], command["app.kind"], command["app.outcome"]).ShouldBe(("orders", "command", "ok"));
        (command["app.order.id"], command["app.user.id"]).ShouldBe((placed.Id.ToString(), customer.Id.ToString()));
        var reserve = ChildOf(collector, command, "ReserveStock");
        (reserve.Scope, reserve["app.module"], reserve["app.reservation.id"]).ShouldBe(("ECommerce.Products", "products", placed.Id.ToString()));
        IsStatement(ChildOf(collector, reserve, "INSERT products.reservations"), "INSERT", "products.reservations");
        IsStatement(ChildOf(collector, command, "INSERT orders.orders"), "INSERT", "orders.orders");

        var send = ChildOf(collector, command, "send OrderPlaced");
        (send.Kind, send.Scope).ShouldBe((ActivityKind.Producer, "ECommerce.Orders"));
        IsMessage(send, "send");
        IsStatement(ChildOf(collector, send, "INSERT orders.outbox"), "INSERT", "orders.outbox");

        var process = await collector.SpanAsync(span => span.Name == "process OrderPlaced" && Equals(span["messaging.message.id"], send["messaging.message.id"]));
        (process.Kind, process.Scope, process.ParentSpanId).ShouldBe((ActivityKind.Consumer, "ECommerce.Products", ""));
        process.TraceId.ShouldNotBe(trace.Id);
        process.Links.Select(link => (link.TraceId, link.SpanId)).ShouldBe([(send.TraceId, send.SpanId)]);
        IsMessage(process, "process");
        process["app.outbox.attempt"].ShouldBe(1L);
        process["app.outbox.delay_ms"].ShouldBeOfType<double>().ShouldBeGreaterThan(0);
        (process["app.command"], process["app.outcome"]).ShouldBe(("ClaimReservation", "ok"));
        IsStatement(ChildOf(collector, process, "INSERT products.inbox"), "INSERT", "products.inbox");
        collector.Spans.Where(span => span.TraceId == trace.Id).ShouldAllBe(span => span.Status == ActivityStatusCode.Unset);
    }

    [Fact]
    public async Task A_refused_order_is_a_healthy_span_and_an_answered_payment_says_how_it_went()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var product = await shop.Given.AProductAsync(stock: 1);
        var order = await shop.Given.AnOrderAsync(await shop.Given.ACustomerAsync(), (product, 1));
        var (refused, paid) = (Trace.New(), Trace.New());

        (await shop.PostAsync("/api/orders", Given.Lines((product, 1)), order.Customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()), refused.Header)).Status.ShouldBe(409);
        (await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "declined_card" }, order.Customer, paid.Header)).Status.ShouldBe(402);

        var command = await collector.SpanAsync(span => span.TraceId == refused.Id && span.Name == "PlaceOrder");
        (command["app.outcome"], command["app.error.code"], command.Status, command["error.type"]).ShouldBe(("rejected", "orders.insufficient_stock", ActivityStatusCode.Unset, null));
        var request = await collector.SpanAsync(span => span.TraceId == refused.Id && span.Kind is ActivityKind.Server);
        (request["http.response.status_code"], request.Status, request["error.type"]).ShouldBe((409L, ActivityStatusCode.Unset, null));
        var charge = await collector.SpanAsync(span => span.TraceId == paid.Id && span.Name == "payment.charge");
        (charge.Kind, charge["payment.outcome"], charge.Status).ShouldBe((ActivityKind.Client, "declined", ActivityStatusCode.Unset));
    }

    private static ReceivedSpan ChildOf(OtlpReceiver collector, ReceivedSpan parent, string name) =>
        collector.Spans.Where(span => span.TraceId == parent.TraceId && span.ParentSpanId == parent.SpanId && span.Name == name).ShouldHaveSingleItem();

    private static void IsStatement(ReceivedSpan span, string operation, string table)
    {
        (span.Kind, span.Scope, span["db.system.name"]).ShouldBe((ActivityKind.Client, "Npgsql", "postgresql"));
        (span["db.operation.name"], span["db.collection.name"]).ShouldBe((operation, table));
        ((string?)span["db.namespace"]).ShouldNotBeNullOrEmpty();
        ((string?)span["server.address"]).ShouldNotBeNullOrEmpty();
        ((string)span["db.query.text"]!).ShouldContain("@");
    }

    private static void IsMessage(ReceivedSpan span, string operation)
    {
        (span["messaging.system"], span["messaging.destination.name"]).ShouldBe(("outbox", "orders.order-placed.v1"));
        (span["messaging.operation.name"], span["messaging.operation.type"]).ShouldBe((operation, operation));
    }
}
