using System.Diagnostics;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>A shop whose pools are small and whose callers do not wait long.</summary>
public sealed class SmallShop : FaultShop
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Database:MaxPoolSize"] = "4";
        settings["Database:AcquireTimeout"] = "00:00:01";
        settings["Outbox:FirstBackoff"] = "00:00:00.010";
        settings["Outbox:LongestBackoff"] = "00:00:00.100";
        settings["Outbox:MaxAttempts"] = "100";
        // The others wait for a free connection, too, and are not the subject.
        settings["Products:LapseInterval"] = "01:00:00";
        settings["Products:StockGaugeInterval"] = "01:00:00";
        settings["Orders:ExpiryInterval"] = "01:00:00";
        settings["Orders:GaugeInterval"] = "01:00:00";
    }
}

/// <summary>What strikes the provider, the outbox, the database and the tokens.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class ShopFaultTests(SmallShop shop) : FaultTests(shop), IClassFixture<SmallShop>
{
    [Fact]
    public async Task The_provider_declines_and_then_captures_again()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.OnAsync("payment_declined");

        var declined = await PayAsync(order);
        (declined.Status, declined.Code).ShouldBe((402, "orders.payment_declined"), declined.Text);
        (await shop.SpanAsync(declined, "PayOrder")).GetTagItem("app.fault").ShouldBe("payment_declined");
        (await shop.InjectedAsync("payment_declined", "orders")).ShouldBe(1);
        (await shop.ActiveAsync("payment_declined", "orders")).ShouldBe(1);

        await shop.BackAsync("payment_declined", TimeSpan.FromSeconds(5), async () =>
        {
            (await PayAsync(order)).Body.GetProperty("status").GetString().ShouldBe("paid");
            await shop.LinesOfAsync("payment_declined", "fault.released orders");
        });
    }

    [Fact]
    public async Task The_provider_answers_late_and_the_payment_is_found_in_its_ledger()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.OnAsync("payment_timeout", """{"answer": "2s"}""");

        var pending = await PayAsync(order);
        (pending.Status, pending.Body.GetProperty("status").GetString()).ShouldBe((202, "payment_pending"));
        (await shop.SpanAsync(pending, "PayOrder")).GetTagItem("app.fault").ShouldBe("payment_timeout");
        (await shop.SpanAsync(pending, "payment.charge")).GetTagItem("payment.outcome").ShouldBe("unanswered");
        (await shop.InjectedAsync("payment_timeout", "orders")).ShouldBe(1);

        await shop.BackAsync("payment_timeout", TimeSpan.FromSeconds(10), async () =>
        {
            await Eventually.TrueAsync(async () => await shop.ScalarAsync<string>("SELECT status FROM orders.orders WHERE id = @Id", new { order.Id }) == "paid", "the late answer arrives");
            (await PayAsync(await shop.Given.AnOrderAsync())).Status.ShouldBe(200);
            await shop.LinesOfAsync("payment_timeout", "fault.released orders");
        });
    }

    [Fact]
    public async Task A_stalled_relay_leaves_its_events_where_they_are_and_catches_up()
    {
        await shop.SettleAsync();
        await shop.OnAsync("relay_stalled", """{"module": "orders"}""");
        await Eventually.TrueAsync(async () => await shop.InjectedAsync("relay_stalled", "orders") >= 1, "the relay looks and stalls");
        (await shop.ActiveAsync("relay_stalled", "products")).ShouldBe(0);

        await shop.Given.AnOrderAsync();
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""outbox_pending{module="orders"}"""] >= 1, "the gauge sees what waits");
        (await PendingAsync("orders")).ShouldBe(1);

        await shop.BackAsync("relay_stalled", TimeSpan.FromSeconds(10), async () =>
        {
            await shop.SettleAsync();
            await Eventually.TrueAsync(() => shop.Spans.All.Any(span => span.DisplayName == "relay orders" && "relay_stalled".Equals(span.GetTagItem("app.fault"))), "the round that came late");
            await shop.LinesOfAsync("relay_stalled", "fault.released orders");
        });
    }

    [Fact]
    public async Task A_handler_that_fails_is_tried_again_until_it_succeeds()
    {
        await shop.SettleAsync();
        await shop.OnAsync("event_handler_fails", """{"slice": "ClaimReservation"}""");

        await shop.Given.AnOrderAsync();
        await Eventually.TrueAsync(async () => await shop.InjectedAsync("event_handler_fails", "products") >= 2, "it has failed twice");
        await Eventually.TrueAsync(() => shop.Spans.All.Any(span => span is { Kind: ActivityKind.Consumer, Status: ActivityStatusCode.Error }
            && "event_handler_fails".Equals(span.GetTagItem("app.fault"))), "the failed span");
        await Eventually.TrueAsync(() => shop.Log.Lines.Any(line => line.TryGetProperty("handler", out var handler) && handler.GetString() == "ClaimReservation"), "the line event.failed");
        (await PendingAsync("orders")).ShouldBe(1);

        await shop.BackAsync("event_handler_fails", TimeSpan.FromSeconds(10), async () =>
        {
            await shop.SettleAsync();
            (await shop.ActiveAsync("event_handler_fails", "products")).ShouldBe(0);
            await shop.LinesOfAsync("event_handler_fails", "fault.released products/ClaimReservation");
        });
    }

    [Fact]
    public async Task Slow_statements_are_slow_in_the_span_the_histogram_and_the_server()
    {
        await shop.OnAsync("slow_query", """{"module": "products", "latency": "300ms"}""");
        var before = await shop.MetricsAsync();

        var slow = await shop.AskAsync();
        slow.Status.ShouldBe(404);
        var span = await shop.SpanAsync(slow, "GetProduct");
        (span.GetTagItem("app.fault"), span.Duration > TimeSpan.FromMilliseconds(290)).ShouldBe(("slow_query", true));
        shop.Spans.Of(slow.Header("X-Trace-Id")!).ShouldContain(one => one.GetTagItem("db.query.text") is string && ((string)one.GetTagItem("db.query.text")!).Contains("pg_sleep", StringComparison.Ordinal));
        var after = await shop.MetricsAsync();
        const string Quick = """database_query_duration_seconds_bucket{module="products",operation="SELECT",le="0.1"}""";
        const string All = """database_query_duration_seconds_bucket{module="products",operation="SELECT",le="+Inf"}""";
        (after[All] - before[All]).ShouldBeGreaterThanOrEqualTo(1);
        after[Quick].ShouldBe(before[Quick]);
        (await shop.InjectedAsync("slow_query", "products")).ShouldBeGreaterThanOrEqualTo(1);

        await shop.BackAsync("slow_query", TimeSpan.FromSeconds(5), async () =>
        {
            (await shop.SpanAsync(await shop.AskAsync(), "GetProduct")).GetTagItem("app.fault").ShouldBeNull();
            await shop.LinesOfAsync("slow_query", "fault.released products");
        });
    }

    [Fact]
    public async Task A_drained_pool_lets_callers_wait_and_refuses_them_until_it_is_given_back()
    {
        await shop.OnAsync("pool_drained", """{"module": "products"}""");

        Answer refused = await shop.AskAsync();
        await Eventually.TrueAsync(async () => (refused = await shop.AskAsync()).Status == 503, "nobody gets a connection");
        var span = await shop.SpanAsync(refused, "GetProduct");
        (span.GetTagItem("app.fault"), span.GetTagItem("app.outcome")).ShouldBe(("pool_drained", "failed"));
        (await shop.InjectedAsync("pool_drained", "products")).ShouldBeInRange(2, 4);
        (await shop.GetAsync("/api/users/me")).Status.ShouldBe(401); // the other pools are whole
        (await shop.SpanAsync(await shop.PostAsync("/api/users/login", new { email = "nobody@example.com", password = "nothing in particular" }), "Login"))
            .GetTagItem("app.fault").ShouldBeNull();
        (await ConnectionsAsync("products")).ShouldBeLessThanOrEqualTo(4);

        await shop.BackAsync("pool_drained", TimeSpan.FromSeconds(5), async () =>
        {
            (await shop.AskAsync()).Status.ShouldBe(404);
            (await shop.ActiveAsync("pool_drained", "products")).ShouldBe(0);
            await shop.LinesOfAsync("pool_drained", "fault.released products");
        });
    }

    [Fact]
    public async Task A_share_of_the_pool_leaves_the_rest()
    {
        await shop.OnAsync("pool_drained", """{"module": "products", "percentage": 25}""");

        var before = await shop.InjectedAsync("pool_drained", "products");
        await Eventually.TrueAsync(async () => await shop.InjectedAsync("pool_drained", "products") > 0, "it is held");
        for (var i = 0; i < 5; i++)
            (await shop.AskAsync()).Status.ShouldBe(404);
        (await shop.InjectedAsync("pool_drained", "products")).ShouldBeLessThanOrEqualTo(before + 1);
    }

    [Fact]
    public async Task Tokens_of_a_clock_that_is_behind_have_expired_already()
    {
        await shop.OnAsync("token_clock_skew");
        var registered = await shop.Given.ACustomerAsync();
        (await shop.GetAsync("/api/users/me", registered)).Status.ShouldBe(401);
        (await shop.InjectedAsync("token_clock_skew", "users")).ShouldBe(1);
        var login = await shop.PostAsync("/api/users/login", new { email = registered.Email, password = registered.Password });
        (await shop.SpanAsync(login, "Login")).GetTagItem("app.fault").ShouldBe("token_clock_skew");

        await shop.BackAsync("token_clock_skew", TimeSpan.FromSeconds(10), async () =>
        {
            var token = await shop.Given.TokenOfAsync(registered.Email, registered.Password);
            (await shop.GetAsync("/api/users/me", registered with { Token = token })).Status.ShouldBe(200);
            await shop.LinesOfAsync("token_clock_skew", "fault.released users");
        });
    }

    private Task<Answer> PayAsync(Order order) => shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, order.Customer);

    private Task<long> PendingAsync(string module) => shop.ScalarAsync<long>($"SELECT count(*) FROM {module}.outbox WHERE dead_at IS NULL");

    private Task<long> ConnectionsAsync(string module) =>
        shop.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = @Name", new { Name = $"ecommerce-{module}" });
}
