using ECommerce.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace ECommerce.Edge.Tests;

/// <summary>What the host does when it is too much: it says so at once, and what it does not refuse it does.</summary>
public sealed class LimitsTests
{
    [Fact]
    public async Task Whoever_asks_too_fast_is_told_when_to_come_back()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestsPerSecond", "1"), ("Limits:Burst", "5"));

        var answers = new List<Answer>();
        for (var i = 0; i < 20; i++)
            answers.Add(await shop.GetAsync("/api/products"));

        answers.Take(5).ShouldAllBe(answer => answer.Status == 200);
        var refused = answers.Last();
        shop.ShouldRefuse(refused, "too fast");
        refused.Code.ShouldBe("too_many_requests");
        int.Parse(refused.Header("Retry-After")!).ShouldBeInRange(1, 60);
        (await shop.GetAsync("/health/live")).Status.ShouldBe(200);
        await Eventually.TrueAsync(async () => (await shop.GetAsync("/api/products")).Status == 200);
    }

    [Fact]
    public async Task What_finds_no_room_is_refused_at_once_and_the_rest_goes_on()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:Concurrency", "2"));
        await using var closed = await LockProductsAsync(shop);
        Task<Answer>[] inside = [shop.GetAsync("/api/products"), shop.GetAsync("/api/products")];
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == inside.Length);

        var refused = await shop.GetAsync("/api/products");

        refused.Status.ShouldBe(503);
        refused.Code.ShouldBe("dependency_unavailable");
        refused.Header("Retry-After").ShouldNotBeNull();
        (await shop.GetAsync("/health/live")).Status.ShouldBe(200);
        await closed.DisposeAsync();
        (await Task.WhenAll(inside)).ShouldAllBe(answer => answer.Status == 200);
        (await shop.GetAsync("/api/products")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_with_504()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestTimeout", "00:00:00.500"));
        await using var closed = await LockProductsAsync(shop);

        var answer = await shop.GetAsync("/api/products");

        answer.Status.ShouldBe(504);
        answer.Code.ShouldBe("timeout");
        await closed.DisposeAsync();
        (await shop.GetAsync("/api/products")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_given_up_with_504()
    {
        await using var shop = await OwnShop.StartAsync(("Database:CommandTimeout", "00:00:01"));
        await using var closed = await LockProductsAsync(shop);

        var answer = await shop.GetAsync("/api/products");

        answer.Status.ShouldBeOneOf(503, 504);
        answer.Code.ShouldBeOneOf("dependency_unavailable", "timeout");
    }

    [Fact]
    public async Task The_largest_body_is_a_setting()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:BodyBytes", "2048"));

        var answer = await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = new string('a', 2048), password = "a good password" });

        shop.ShouldRefuse(answer, "too large");
        answer.Code.ShouldBe("payload_too_large");
    }

    /// <summary>Until it is disposed nobody reads a product: PostgreSQL queues them up.</summary>
    private static async Task<NpgsqlConnection> LockProductsAsync(ShopFixture shop)
    {
        var connection = new NpgsqlConnection($"{shop.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE products.products IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    private const string CountWaiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
}
