using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Testing;
using Shouldly;
using Xunit;

namespace ECommerce.Description.Tests;

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
        index.ShouldAllBe(operation => operation.Value || operation.Key.StartsWith("GET ", StringComparison.Ordinal));
        index.Keys.ShouldNotContain(operation => operation.Contains("/api/", StringComparison.Ordinal));
    }

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
