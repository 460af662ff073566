namespace ECommerce.Reliability.Tests.Faults;

/// <summary>A fault for one request, as Development allows it.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class HeaderTests(FaultShop shop) : FaultTests(shop), IClassFixture<FaultShop>
{
    private readonly FaultShop _shop = shop;

    [Fact]
    public async Task A_request_may_ask_for_a_fault_that_nobody_else_meets()
    {
        var before = await _shop.InjectedAsync("latency", "products");
        var slow = await _shop.SpanAsync(await _shop.AskAsync(("X-Fault", "latency=300ms")), "GetProduct");
        (slow.GetTagItem("app.fault"), slow.Duration > TimeSpan.FromMilliseconds(290)).ShouldBe(("latency", true));
        (await _shop.SpanAsync(await _shop.AskAsync(), "GetProduct")).GetTagItem("app.fault").ShouldBeNull();

        (await _shop.InjectedAsync("latency", "products")).ShouldBe(before + 1);
        (await _shop.ActiveAsync("latency", "products")).ShouldBe(0);
        (await _shop.HeldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_strikes_the_slice_of_the_endpoint_unless_another_is_named()
    {
        var (customer, product) = (await _shop.Given.ACustomerAsync(), await _shop.Given.AProductAsync());

        var outer = await _shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("X-Fault", "exception"));
        (outer.Status, (await _shop.SpanAsync(outer, "PlaceOrder")).GetTagItem("app.fault")).ShouldBe((500, "exception"));

        var inner = await _shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("X-Fault", "exception; slice=ReserveStock"));
        (inner.Status, (await _shop.SpanAsync(inner, "ReserveStock")).GetTagItem("app.fault")).ShouldBe((500, "exception"));
        (await _shop.SpanAsync(inner, "PlaceOrder")).GetTagItem("app.fault").ShouldBeNull();

        (await _shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer)).Status.ShouldBe(201);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("")]
    [InlineData("latency=soon")]
    [InlineData("latency; percentage=101")]
    [InlineData("latency; latency=5ms; latency=6ms")]
    [InlineData("exception=1")]
    [InlineData("cpu_burn")]
    [InlineData("relay_stalled")]
    [InlineData("latency;;")]
    public async Task A_header_that_cannot_be_is_refused_by_name(string header)
    {
        var refused = await _shop.AskAsync(("X-Fault", header));

        (refused.Status, refused.Code).ShouldBe((400, "validation_failed"), refused.Text);
        refused.Fields.ShouldBe(["X-Fault"]);
    }

    [Fact]
    public async Task Probes_do_not_hear_it() => (await _shop.GetAsync("/health/live", headers: ("X-Fault", "nothing"))).Status.ShouldBe(200);
}
