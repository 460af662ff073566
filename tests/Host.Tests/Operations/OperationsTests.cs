using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Host.Tests.Operations;

public sealed class OperationsTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task A_dead_letter_is_seen_and_redriven_and_then_gone()
    {
        var id = await GivenADeadLetterAsync();

        var outbox = await shop.Operator.GetFromJsonAsync<JsonElement>("/ops/outbox?module=users&state=dead");
        outbox.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetGuid()).ShouldContain(id);
        outbox.GetProperty("modules").EnumerateArray().ShouldHaveSingleItem().GetProperty("deadLetters").GetInt64().ShouldBeGreaterThan(0);

        (await PostAsync($"/ops/outbox/{id}/redrive", shop.ManagementKey)).ShouldBe(HttpStatusCode.NoContent);
        await Eventually.TrueAsync(async () => !await shop.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM users.outbox WHERE id = @id)", new { id }));
        (await PostAsync($"/ops/outbox/{id}/redrive", shop.ManagementKey)).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_the_key_a_dead_letter_stays_where_it_is()
    {
        var id = await GivenADeadLetterAsync();

        (await PostAsync($"/ops/outbox/{id}/redrive", "not the key")).ShouldBe(HttpStatusCode.Unauthorized);
        (await shop.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM users.outbox WHERE id = @id AND dead_at IS NOT NULL)", new { id })).ShouldBeTrue();
    }

    [Theory]
    [InlineData("module=nobody", "module")]
    [InlineData("state=undecided", "state")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("limit=many", "limit")]
    public async Task The_outbox_refuses_what_it_cannot_show(string query, string field)
    {
        using var answer = await shop.Operator.GetAsync($"/ops/outbox?{query}");

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task Traces_are_found_by_module_name_duration_and_failure_and_by_the_first_digits_of_their_id()
    {
        var placed = await shop.Given.AnOrderAsync();
        await shop.SettleAsync();
        var broken = await shop.GetAsync("/api/products", null, ("X-Fault", "exception"));
        broken.Status.ShouldBe(500);
        var slow = await shop.GetAsync("/api/products", null, ("X-Fault", "latency=300ms"));

        // A span is kept when it has ended, which may be after the answer.
        await Eventually.TrueAsync(async () => (await TracesAsync("slowerThan=250ms&limit=100")).Any(trace => trace.Id == slow.Header("X-Trace-Id")), "the slow one is listed");
        (await TracesAsync("failed=true&limit=100")).Select(trace => trace.Id).ShouldContain(broken.Header("X-Trace-Id"));
        (await TracesAsync("failed=true&limit=100")).Select(trace => trace.Id).ShouldNotContain(slow.Header("X-Trace-Id"));
        (await TracesAsync("failed=false&limit=100")).Select(trace => trace.Id).ShouldNotContain(broken.Header("X-Trace-Id"));
        (await TracesAsync("slowerThan=00:59:59&limit=100")).ShouldBeEmpty();
        (await TracesAsync("name=ORDERPLACED&limit=100")).ShouldNotBeEmpty();
        (await TracesAsync("name=ORDERPLACED&limit=100")).ShouldAllBe(trace => trace.Name == "process OrderPlaced");
        // By name as well: on a quick machine more than a hundred traces of the module are newer.
        var ofOrders = await TracesAsync("module=orders&name=POST%20/api/orders&limit=100");
        ofOrders.ShouldContain(trace => trace.Name == "POST /api/orders");
        (await TracesAsync("module=orders&limit=100")).ShouldNotContain(trace => trace.Name == "POST /api/users");
        (await TracesAsync("limit=1")).Count.ShouldBe(1);

        var id = ofOrders.First(trace => trace.Name == "POST /api/orders").Id;
        (await shop.Operator.GetStringAsync($"/ops/traces/{id[..8]}")).ShouldBe(await shop.Operator.GetStringAsync($"/ops/traces/{id}"));
        (await shop.Operator.GetAsync($"/ops/traces/{id[..7]}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        placed.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("traces?failed=yes", "failed")]
    [InlineData("traces?slowerThan=fast", "slowerThan")]
    [InlineData("traces?slowerThan=-1s", "slowerThan")]
    [InlineData("traces?name=", "name")]
    [InlineData("traces?module=nobody", "module")]
    [InlineData("traces?limit=0", "limit")]
    [InlineData("traces?limit=1e2", "limit")]
    [InlineData("traces?slower_than=1s", "slower_than")]
    [InlineData("traces?limit=1&limit=2", "limit")]
    [InlineData("traces/0af7651916cd43dd8448eb211c80319c?depth=2", "depth")]
    [InlineData("outbox?sate=dead", "sate")]
    [InlineData("outbox?state=dead&state=pending", "state")]
    [InlineData("faults?module=orders", "module")]
    [InlineData("log-levels?module=orders", "module")]
    [InlineData("?path=traces", "path")]
    [InlineData("../debug/profile?second=60", "second")]
    public async Task No_operation_ignores_a_parameter_that_it_cannot_use(string query, string field)
    {
        using var answer = await shop.Operator.GetAsync($"/ops/{query}".Replace("/?", "?", StringComparison.Ordinal));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task A_change_with_a_parameter_that_it_does_not_take_is_not_made()
    {
        (await PostAsync("/ops/readiness/disable?for=00:01:00", shop.ManagementKey)).ShouldBe(HttpStatusCode.BadRequest);

        (await shop.GetAsync("/health/ready")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_root_of_the_listener_leads_to_everything_that_is_there()
    {
        var links = await shop.Management.GetFromJsonAsync<JsonElement>("/");
        foreach (var link in links.EnumerateObject().Where(link => link.Name != "name"))
            (await shop.Operator.GetAsync(link.Value.GetString())).StatusCode.ShouldBe(HttpStatusCode.OK, link.Name);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Accept", "text/html" } } };
        using var page = await shop.Management.SendAsync(request);
        var html = await page.Content.ReadAsStringAsync();
        foreach (var operation in (await shop.Management.GetFromJsonAsync<JsonElement>("/ops")).EnumerateArray())
            html.ShouldContain(operation.GetProperty("path").GetString()!);
        html.ShouldContain("<a href=\"/metrics\">");
        html.ShouldNotContain("<a href=\"/docs\">");
        (await shop.GetAsync("/")).Body.GetProperty("docs").GetString().ShouldBe("/docs");
    }

    [Fact]
    public async Task An_operator_takes_the_host_out_of_traffic_and_brings_it_back()
    {
        (await PostAsync("/ops/readiness/disable", null)).ShouldBe(HttpStatusCode.Unauthorized);

        (await PostAsync("/ops/readiness/disable", shop.ManagementKey)).ShouldBe(HttpStatusCode.OK);
        (await shop.GetAsync("/health/ready")).Status.ShouldBe(503);
        (await shop.GetAsync("/api/products")).Status.ShouldBe(200);

        (await PostAsync("/ops/readiness/enable", shop.ManagementKey)).ShouldBe(HttpStatusCode.OK);
        (await shop.GetAsync("/health/ready")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_index_lists_every_operation_and_says_which_need_the_key()
    {
        var index = (await shop.Management.GetFromJsonAsync<JsonElement>("/ops")).EnumerateArray()
            .ToDictionary(item => $"{item.GetProperty("method").GetString()} {item.GetProperty("path").GetString()}", item => item.GetProperty("needsKey").GetBoolean());

        index["GET /ops/outbox"].ShouldBeTrue();
        index["GET /ops/traces/{traceId}"].ShouldBeTrue();
        index["GET /ops/faults"].ShouldBeFalse();
        index["POST /ops/readiness/disable"].ShouldBeTrue();
        index["PUT /ops/log-levels/{module}"].ShouldBeTrue();
        index.ShouldAllBe(operation =>
            operation.Value || operation.Key.StartsWith("GET ", StringComparison.Ordinal) || operation.Key.Contains(" /ops/api/", StringComparison.Ordinal)
            || operation.Key == "POST /ops/mcp/");
        index.Keys.ShouldNotContain(operation => operation.Contains(" /api/", StringComparison.Ordinal));
        index.Keys.ShouldContain("GET /ops/api/traces");
        index.Keys.ShouldNotContain(operation => operation.Contains(" /_", StringComparison.Ordinal) || operation.Contains(" /console/", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<(string Id, string Name)>> TracesAsync(string query) =>
    [
        .. (await shop.Operator.GetFromJsonAsync<JsonElement>($"/ops/traces?{query}")).EnumerateArray()
            .Select(trace => (trace.GetProperty("traceId").GetString()!, trace.GetProperty("name").GetString()!)),
    ];

    private async Task<HttpStatusCode> PostAsync(string path, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (key is not null)
            request.Headers.Add("X-Management-Key", key);
        using var answer = await shop.Management.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<Guid> GivenADeadLetterAsync()
    {
        var user = Guid.CreateVersion7();
        return await shop.ScalarAsync<Guid>(
            """
            INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, attempts, next_attempt_at, dead_at, last_error)
            VALUES (@id, @user, 'users.user-deleted.v1', @payload::jsonb, now(), 10, now(), now(), 'TimeoutException')
            RETURNING id
            """,
            new { id = Guid.CreateVersion7(), user, payload = $$"""{ "userId": "{{user}}", "at": "2026-01-01T00:00:00Z" }""" });
    }
}
