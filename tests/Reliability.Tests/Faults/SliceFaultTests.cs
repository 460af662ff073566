using System.Diagnostics;
using ECommerce.Host;
using ECommerce.Kernel;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>What strikes commands and queries.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class SliceFaultTests(FaultShop shop) : FaultTests(shop), IClassFixture<FaultShop>
{
    private readonly FaultShop _shop = shop;

    [Fact]
    public async Task Latency_makes_a_slice_wait_inside_its_span()
    {
        var before = await _shop.InjectedAsync("latency", "products");
        await _shop.OnAsync("latency", """{"module": "products", "slice": "GetProduct", "latency": "00:00:00.300"}""");
        (await _shop.ActiveAsync("latency", "products")).ShouldBe(1);
        (await _shop.ActiveAsync("latency", "orders")).ShouldBe(0);

        var slow = await _shop.SpanAsync(await AskAsync(404), "GetProduct");
        slow.Duration.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
        slow.GetTagItem("app.fault").ShouldBe("latency");
        slow.GetTagItem("app.outcome").ShouldBe("rejected");
        (await _shop.InjectedAsync("latency", "products")).ShouldBe(before + 1);

        await _shop.BackAsync("latency", TimeSpan.FromSeconds(5), async () =>
        {
            (await _shop.SpanAsync(await AskAsync(404), "GetProduct")).GetTagItem("app.fault").ShouldBeNull();
            (await _shop.ActiveAsync("latency", "products")).ShouldBe(0);
            (await _shop.InjectedAsync("latency", "products")).ShouldBe(before + 1);
            (await _shop.LinesOfAsync("latency", "fault.released products/GetProduct")).TakeLast(2)
                .ShouldBe(["fault.held products/GetProduct", "fault.released products/GetProduct"]);
        });
    }

    // That it takes a processor and does not wait is seen in a profile: docs/lessons/week-7.md.
    [Fact]
    public async Task A_busy_loop_is_time_inside_the_span_of_its_slice()
    {
        var before = await _shop.InjectedAsync("busy_loop", "products");
        await _shop.OnAsync("busy_loop", """{"slice": "GetProduct", "processorTime": "300ms"}""");

        var slow = await _shop.SpanAsync(await AskAsync(404), "GetProduct");

        slow.Duration.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
        slow.GetTagItem("app.fault").ShouldBe("busy_loop");
        (await _shop.InjectedAsync("busy_loop", "products")).ShouldBe(before + 1);
        await _shop.BackAsync("busy_loop", TimeSpan.FromSeconds(5), async () =>
            (await _shop.SpanAsync(await AskAsync(404), "GetProduct")).GetTagItem("app.fault").ShouldBeNull());
    }

    [Fact]
    public async Task An_exception_is_a_defect_with_its_line_its_span_and_its_500()
    {
        var before = await _shop.InjectedAsync("exception", "products");
        await _shop.OnAsync("exception", """{"module": "products"}""");

        var broken = await AskAsync(500);
        broken.Code.ShouldBe("internal_error");
        var span = await _shop.SpanAsync(broken, "GetProduct");
        (span.Status, span.GetTagItem("app.fault"), span.GetTagItem("app.outcome")).ShouldBe((ActivityStatusCode.Error, "exception", "failed"));
        await LineAsync(broken, "request.broke");
        (await _shop.InjectedAsync("exception", "products")).ShouldBe(before + 1);

        await _shop.BackAsync("exception", TimeSpan.FromSeconds(5), async () =>
        {
            await AskAsync(404);
            await _shop.LinesOfAsync("exception", "fault.released products");
        });
    }

    [Fact]
    public async Task A_dependency_that_refuses_is_503_and_worth_another_try()
    {
        var before = await _shop.InjectedAsync("dependency_refused", "products");
        await _shop.OnAsync("dependency_refused", """{"slice": "GetProduct"}""");
        (await _shop.HeldAsync())["dependency_refused"].GetProperty("module").GetString().ShouldBe("products");

        var refused = await AskAsync(503);
        (refused.Code, refused.Header("Retry-After")).ShouldBe(("dependency_unavailable", "1"));
        (await _shop.SpanAsync(refused, "GetProduct")).GetTagItem("app.fault").ShouldBe("dependency_refused");
        await LineAsync(refused, "request.unavailable");
        (await _shop.InjectedAsync("dependency_refused", "products")).ShouldBe(before + 1);

        await _shop.BackAsync("dependency_refused", TimeSpan.FromSeconds(5), async () =>
        {
            await AskAsync(404);
            (await _shop.ActiveAsync("dependency_refused", "products")).ShouldBe(0);
            await _shop.LinesOfAsync("dependency_refused", "fault.released products/GetProduct");
        });
    }

    [Fact]
    public async Task What_is_aimed_at_one_slice_or_module_spares_the_others()
    {
        await _shop.OnAsync("exception", """{"module": "products", "slice": "GetProduct"}""");
        (await _shop.GetAsync("/api/products")).Status.ShouldBe(200);
        await AskAsync(500);

        await _shop.OnAsync("exception", """{"module": "orders"}""");
        await AskAsync(404);

        await _shop.OnAsync("exception");
        await AskAsync(500);
        (await _shop.GetAsync("/api/products")).Status.ShouldBe(500);
        foreach (var module in ShopModules.Names)
            (await _shop.ActiveAsync("exception", module)).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_aimed_at_one_group_of_customers_spares_the_others_and_strangers()
    {
        var customers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _shop.Given.ACustomerAsync()));
        var group = CustomerGroup.Of(customers[0].Id);
        var on = await _shop.OnAsync("exception", $$"""{"slice": "ListOrders", "group": "{{group}}"}""");
        on.Body.GetProperty("on").GetProperty("group").GetString().ShouldBe(group);

        foreach (var customer in customers)
        {
            var answer = await _shop.GetAsync("/api/orders", customer);

            answer.Status.ShouldBe(CustomerGroup.Of(customer.Id) == group ? 500 : 200);
            (await _shop.SpanAsync(answer, "ListOrders")).GetTagItem("app.customer.group").ShouldBe(CustomerGroup.Of(customer.Id));
        }
        await AskAsync(404);
        await _shop.LinesOfAsync("exception", $"fault.held orders/ListOrders of customer group {group}");
    }

    [Fact]
    public async Task A_percentage_strikes_that_share()
    {
        await _shop.OnAsync("exception", """{"slice": "GetProduct", "percentage": 30}""");

        var failed = 0;
        for (var i = 0; i < 400; i++)
            failed += (await _shop.AskAsync()).Status == 500 ? 1 : 0;

        // Six standard deviations to each side.
        failed.ShouldBeInRange(65, 175);
    }

    [Fact]
    public async Task Probes_scrapes_and_operations_are_spared()
    {
        foreach (var fault in (string[])["latency", "exception", "dependency_refused", "slow_query"])
            await _shop.OnAsync(fault);
        await AskAsync(500);

        foreach (var path in (string[])["/health/live", "/health/ready", "/metrics", "/ops", "/ops/faults", "/ops/outbox", "/ops/log-levels"])
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await _shop.Operator.GetAsync(path);
            ((int)answer.StatusCode).ShouldBe(200, path);
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromMilliseconds(450), path);
        }

        (await _shop.GetAsync("/health/live")).Status.ShouldBe(200);
        (await _shop.AllOffAsync()).Status.ShouldBe(200);
        (await _shop.HeldAsync()).ShouldBeEmpty();
        await AskAsync(404);
    }

    private async Task<Answer> AskAsync(int status)
    {
        var answer = await _shop.AskAsync();
        answer.Status.ShouldBe(status, answer.Text);
        return answer;
    }

    private Task LineAsync(Answer answer, string name) => Eventually.TrueAsync(
        () => _shop.Log.Of(answer.Header("X-Trace-Id")!).Any(line => line.GetProperty("event").GetString() == name), $"the line {name}");
}
