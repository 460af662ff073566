using Npgsql;

namespace ECommerce.Host.Tests.Http;

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

    [Theory]
    [InlineData("/nothing/here", "unmatched")]
    [InlineData("/ops", "unmatched")]
    [InlineData("/problems/not_found", "/problems/:code")]
    [InlineData("/.well-known/jwks.json", "/.well-known/jwks.json")]
    [InlineData("/api/products", "/api/products")]
    public async Task The_rate_holds_for_the_whole_listener_and_is_counted_under_the_route(string path, string route)
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestsPerSecond", "1"), ("Limits:Burst", "5"));

        for (var i = 0; i < 20; i++)
            await shop.GetAsync(path);

        (await shop.GetAsync(path)).Code.ShouldBe("too_many_requests");
        var service = route == "/api/products" ? "products-service" : "platform";
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())[$$"""http_requests_total{service="{{service}}",method="GET",path="{{route}}",status="429"}"""] >= 14);
        (await shop.MetricsAsync())["""limit_refusals_total{limit="rate"}"""].ShouldBeGreaterThanOrEqualTo(14);
    }

    [Fact]
    public async Task Probes_are_counted_apart_from_the_requests_of_their_client()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestsPerSecond", "1"), ("Limits:Burst", "5"));
        for (var i = 0; i < 20; i++)
            await shop.GetAsync("/api/products");
        (await shop.GetAsync("/api/products")).Status.ShouldBe(429);

        (await shop.GetAsync("/health/live")).Status.ShouldBe(200);
        (await shop.GetAsync("/ready")).Status.ShouldBe(200);

        for (var i = 0; i < 20; i++)
            await shop.GetAsync("/health/live");
        (await shop.GetAsync("/health/live")).Code.ShouldBe("too_many_requests");
        (await shop.Management.GetAsync("/health/live")).IsSuccessStatusCode.ShouldBeTrue();
        (await shop.MetricsAsync())["""limit_refusals_total{limit="probe_rate"}"""].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task One_client_has_a_share_of_the_places_and_others_get_in()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:Concurrency", "4"), ("Limits:ConcurrencyPerClient", "2"), ("Endpoints:TrustedProxies", "127.0.0.1"));
        await using var closed = await LockProductsAsync(shop);
        (string, string) busy = ("X-Forwarded-For", "2001:db8:0:1::7"), sameNetwork = ("X-Forwarded-For", "2001:db8:0:1::8"), other = ("X-Forwarded-For", "2001:db8:0:2::7");
        List<Task<Answer>> inside = [shop.GetAsync("/api/products", null, busy), shop.GetAsync("/api/products", null, busy)];
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == 2);

        var refused = await shop.GetAsync("/api/products", null, sameNetwork);

        refused.Status.ShouldBe(429);
        refused.Code.ShouldBe("too_many_requests");
        refused.Header("Retry-After").ShouldBe("1");
        inside.Add(shop.GetAsync("/api/products", null, other));
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == 3);
        await closed.DisposeAsync();
        (await Task.WhenAll(inside)).ShouldAllBe(answer => answer.Status == 200);
        (await shop.MetricsAsync())["""limit_refusals_total{limit="client_share"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task Readiness_knows_when_customers_find_no_place_and_recovers()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:Concurrency", "1"), ("Health:CacheSeconds", "0"));
        await using (await LockProductsAsync(shop))
        {
            var inside = shop.GetAsync("/api/products");
            await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == 1);
            for (var call = 0; call < 30; call++)
                (await shop.GetAsync("/api/products")).Status.ShouldBe(503);

            var ready = await shop.GetAsync("/health/ready");
            ready.Status.ShouldBe(503);
            ready.Body.GetProperty("checks").GetProperty("admission").GetProperty("status").GetString().ShouldBe("unhealthy");
            _ = inside;
        }

        shop.Clock.Advance(TimeSpan.FromSeconds(11));
        await Eventually.TrueAsync(async () => (await shop.GetAsync("/health/ready")).Body.GetProperty("checks").GetProperty("admission").GetProperty("status").GetString() == "healthy");
    }

    [Fact]
    public async Task Readiness_is_degraded_by_a_few_refusals_among_many_requests()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:Concurrency", "1"), ("Health:CacheSeconds", "0"));
        for (var call = 0; call < 60; call++)
            await shop.GetAsync("/api/products");
        await using (await LockProductsAsync(shop))
        {
            var inside = shop.GetAsync("/api/products");
            await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == 1);
            for (var call = 0; call < 25; call++)
                await shop.GetAsync("/api/products");

            var ready = await shop.GetAsync("/health/ready");
            ready.Status.ShouldBe(200);
            ready.Body.GetProperty("checks").GetProperty("admission").GetProperty("status").GetString().ShouldBe("degraded", ready.Text);
            _ = inside;
        }
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
        await Eventually.TrueAsync(() => shop.Spans.Of(refused.Header("X-Trace-Id")!).Any(span => (string?)span.GetTagItem("http.route") == "/api/products"), "the span of the refusal has ended");
        (await shop.MetricsAsync())["""http_requests_total{service="products-service",method="GET",path="/api/products",status="503"}"""].ShouldBe(1);
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
