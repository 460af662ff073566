using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Topology.Tests;

/// <summary>Faults of the network between hosts, injected at the calling host: what its client does about them, and what is told of them.</summary>
[Collection(nameof(SharedServicesShop))]
public sealed class ContractFaultTests(ServicesShop shop) : IAsyncLifetime
{
    private const string Reserve = "products.reserve-stock.v1";
    private const string Find = "users.find-user.v1";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        using var off = await shop.Orders.Operator.DeleteAsync("/ops/faults");
        off.EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Refused_connections_are_tried_again_and_end_as_503_with_the_name_of_the_module()
    {
        var customer = await shop.Given.ACustomerAsync();
        (await shop.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
        var before = await shop.Orders.MetricsAsync();
        await OnAsync("contract_refused", """{"module": "users"}""");

        var refused = await shop.GetAsync("/api/orders", customer);

        (refused.Status, refused.Code, refused.Header("Retry-After")).ShouldBe((503, "dependency_unavailable", "1"), refused.Text);
        refused.Member("module").GetString().ShouldBe("users");
        var after = await shop.Orders.MetricsAsync();
        (after[Calls(Find, "unreachable")] - before[Calls(Find, "unreachable")]).ShouldBe(1);
        (after[Attempts(Find, "unreachable")] - before[Attempts(Find, "unreachable")]).ShouldBe(3);
        after["""fault_injections_total{fault="contract_refused",module="users"}"""].ShouldBe(3);
        after["""fault_active{fault="contract_refused",module="users"}"""].ShouldBe(1);
        after["""fault_active{fault="contract_refused",module="products"}"""].ShouldBe(0);
        var attempts = AttemptsOf(refused, Find);
        attempts.Select(span => span.GetTagItem("app.fault")).ShouldBe(["contract_refused", "contract_refused", "contract_refused"]);
        attempts.ShouldAllBe(span => span.Status == ActivityStatusCode.Error);
        shop.Users.Spans.Of(refused.Header("X-Trace-Id")!).ShouldNotContain(span => span.Kind == ActivityKind.Server && span.DisplayName.EndsWith(Find, StringComparison.Ordinal));

        await OffAsync("contract_refused");
        (await shop.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_answer_that_is_torn_is_asked_for_again_and_the_module_has_done_its_work_once()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 5));
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var before = await shop.Orders.MetricsAsync();
        await OnAsync("contract_torn", """{"module": "products"}""");

        var torn = await shop.PostAsync("/api/orders", Given.Lines((product, 2)), customer, key);

        (torn.Status, torn.Code, torn.Member("module").GetString()).ShouldBe((503, "dependency_unavailable", "products"), torn.Text);
        var after = await shop.Orders.MetricsAsync();
        (after[Calls(Reserve, "torn")] - before[Calls(Reserve, "torn")]).ShouldBe(1);
        (after[Attempts(Reserve, "torn")] - before[Attempts(Reserve, "torn")]).ShouldBe(3);
        // The module has answered each time; the answers were lost on the way.
        shop.Products.Spans.Of(torn.Header("X-Trace-Id")!).Count(span => span.DisplayName == "ReserveStock").ShouldBe(3);

        await OffAsync("contract_torn");
        (await shop.PostAsync("/api/orders", Given.Lines((product, 2)), customer, key)).Status.ShouldBe(201);
        (await shop.Products.ScalarAsync<int>("SELECT reserved FROM products.stock WHERE product_id = @Id", new { product.Id })).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_torn_once_is_answered_at_the_next_attempt()
    {
        var customer = await shop.Given.ACustomerAsync();
        await OnAsync("contract_torn", """{"module": "users", "percentage": 50}""");

        // Each request has a chance of three in eight to meet a torn answer and a whole one.
        for (var request = 0; request < 100; request++)
        {
            var answer = await shop.GetAsync("/api/orders", customer);
            var attempts = AttemptsOf(answer, Find);
            answer.Status.ShouldBeOneOf(200, 503);
            if (answer.Status != 200 || attempts.Count < 2)
                continue;
            (attempts[0].GetTagItem("app.fault"), attempts[^1].GetTagItem("app.fault")).ShouldBe(("contract_torn", null));
            return;
        }

        Assert.Fail("No answer was torn, or none arrived.");
    }

    [Fact]
    public async Task Latency_is_the_calls_and_not_the_modules()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync());

        var placed = await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer,
            ("Idempotency-Key", Guid.CreateVersion7().ToString()), ("X-Fault", "contract_latency=300ms; module=products"));

        placed.Status.ShouldBe(201, placed.Text);
        var attempt = AttemptsOf(placed, Reserve).ShouldHaveSingleItem();
        (attempt.GetTagItem("app.fault"), attempt.Duration >= TimeSpan.FromMilliseconds(290)).ShouldBe(("contract_latency", true));
        var handled = shop.Products.Spans.Of(placed.Header("X-Trace-Id")!).First(span => span.DisplayName == "ReserveStock");
        (handled.StartTimeUtc - attempt.StartTimeUtc).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task Only_modules_in_other_hosts_can_be_aimed_at()
    {
        using var refused = await shop.Orders.Operator.PutAsJsonAsync("/ops/faults/contract_torn", new { module = "orders" });
        var answer = await Answer.ReadAsync(refused);

        (answer.Status, answer.Fields[0]).ShouldBe((400, "module"), answer.Text);
        answer.Text.ShouldContain("Must be one of products, users.");
    }

    private async Task OnAsync(string fault, string body)
    {
        using var content = new StringContent(body, null, "application/json");
        using var on = await shop.Orders.Operator.PutAsync($"/ops/faults/{fault}", content);
        on.IsSuccessStatusCode.ShouldBeTrue(await on.Content.ReadAsStringAsync());
    }

    private async Task OffAsync(string fault)
    {
        using var off = await shop.Orders.Operator.DeleteAsync($"/ops/faults/{fault}");
        (await off.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("on").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private IReadOnlyList<Activity> AttemptsOf(Answer answer, string contract) =>
        [.. shop.Orders.Spans.Of(answer.Header("X-Trace-Id")!).Where(span => span.Kind == ActivityKind.Client && span.DisplayName == $"POST /contracts/{contract}").OrderBy(span => span.StartTimeUtc)];

    private static string Calls(string contract, string outcome) => $$"""contract_call_duration_seconds_count{module="{{contract.Split('.')[0]}}",contract="{{contract}}",outcome="{{outcome}}"}""";

    private static string Attempts(string contract, string outcome) => $$"""contract_call_attempts_total{module="{{contract.Split('.')[0]}}",contract="{{contract}}",outcome="{{outcome}}"}""";
}
