using System.Diagnostics;
using ECommerce.Incidents.Model;
using static ECommerce.Incidents.Tests.Causes.TroubledShop;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>Causes that are made from outside: each is noticed in the signals, and is gone after its end.</summary>
[Collection(TroubledShop.Name)]
[Trait("Category", "Running")]
public sealed class OutsideTests(TroubledShop shop)
{
    private static CausePlan Plan(string mechanism, string place, double size, string scope = Scopes.All, string? target = null, params (string, string)[] details) =>
        new(mechanism, place, scope, target, size, details.ToDictionary());

    private Visitor Visitor => shop.Visitor;

    private Guid Product => shop.Products[^1].Id;

    [Fact]
    public Task Statements_wait_for_a_lock() => shop.IsNoticedAsync(
        Plan(Mechanisms.LockContention, "products.stock", 0, Scopes.Module, "products"),
        async () => await shop.GrowthAsync("database_query_duration_seconds_sum", "products", () => Visitor.OrderAsync(Product)) > 0.25,
        () => shop.CureAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'revenue-report'"));

    [Fact]
    public Task Transactions_deadlock() => shop.IsNoticedAsync(
        Plan(Mechanisms.Deadlock, "products/ReserveStock", 1, Scopes.Module, "products"),
        async () => await shop.GrowthAsync("database_retries_total", "lost_race", OrderTogetherAsync) > 0,
        () => shop.CureAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'stock-import'"));

    [Fact]
    public Task A_table_without_its_index_is_slow() => shop.IsNoticedAsync(
        Plan(Mechanisms.MissingIndex, "products.products", 0.3, Scopes.Module, "products"),
        async () => await shop.GrowthAsync("command_duration_seconds_sum", "GetProduct", GetAsync) > 0.03,
        () => shop.CureAsync("ALTER TABLE products.products ADD PRIMARY KEY (id)"));

    [Theory]
    [InlineData("SELECT", "orders.timeline")]
    [InlineData("SELECT", "orders.order_lines")]
    public async Task A_role_without_a_right_fails(string right, string table)
    {
        var (order, _) = await Visitor.OrderAsync(Product);
        var path = table == "orders.timeline" ? $"/api/orders/{order}/timeline" : $"/api/orders/{order}";
        await shop.IsNoticedAsync(
            Plan(Mechanisms.RevokedRight, table, 1, Scopes.Module, "orders", ("right", right), ("slice", "any")),
            async () => await shop.GrowthAsync("http_requests_total", "status=\"500\"", () => Visitor.GetAsync(path)) > 0,
            () => shop.CureAsync($"GRANT {right} ON {table} TO orders"));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("changed")]
    public Task A_login_that_is_not_accepted_fails_all_modules(string how) => shop.IsNoticedAsync(
        Plan(Mechanisms.ExpiredCredential, ShopMap.DatabaseLogin, 1, details: ("how", how)),
        async () => await shop.GrowthAsync("http_requests_total", "status=\"5", () => Visitor.GetAsync($"/api/products/{Product}")) > 0);

    [Fact]
    public Task A_login_with_few_connections_fails_under_load() => shop.IsNoticedAsync(
        Plan(Mechanisms.ConnectionLimit, ShopMap.DatabaseConnections, 1),
        async () => await shop.GrowthAsync("http_requests_total", "status=\"5", OrderTogetherAsync) > 0,
        () => shop.CureAsync("ALTER ROLE shop CONNECTION LIMIT -1"));

    [Fact]
    public Task A_statement_waits_for_one_product()
    {
        var (slow, other) = (shop.Products[0], shop.Products[1]);
        return shop.IsNoticedAsync(
            Plan(Mechanisms.SlowStatement, "products.stock", 0, Scopes.Product, slow.Sku),
            async () => await shop.GrowthAsync("database_query_duration_seconds_sum", "products", () => Visitor.OrderAsync(slow.Id)) > 0.3
                && await shop.GrowthAsync("database_query_duration_seconds_sum", "products", () => Visitor.OrderAsync(other.Id)) < 0.3,
            () => shop.CureAsync("DROP TRIGGER note_change ON products.stock"));
    }

    [Fact]
    public async Task A_statement_waits_for_one_group_of_customers()
    {
        var other = await Visitor.RegisterAsync(shop.Arena, group => group != Visitor.Group);
        await shop.IsNoticedAsync(
            Plan(Mechanisms.SlowStatement, "orders.orders", 0, Scopes.Group, Visitor.Group),
            async () => await shop.GrowthAsync("database_query_duration_seconds_sum", "orders", () => Visitor.OrderAsync(Product)) > 0.3
                && await shop.GrowthAsync("database_query_duration_seconds_sum", "orders", () => other.OrderAsync(Product)) < 0.3,
            () => shop.CureAsync("DROP TRIGGER note_change ON orders.orders"));
    }

    [Fact]
    public Task A_poison_message_is_retried() => shop.IsNoticedAsync(
        Plan(Mechanisms.PoisonMessage, "orders.outbox", 0.1, Scopes.Nobody, null, ("event", "orders.order-paid.v1")),
        async () => Sum(await shop.MetricsAsync(), "outbox_oldest_age_seconds", "orders") > 0.5 && Sum(await shop.MetricsAsync(), "outbox_deliveries_total", "retried") > 0,
        () => shop.CureAsync("DELETE FROM orders.outbox WHERE payload->>'orderId' = 'unknown'"));

    [Fact]
    public Task Packets_are_late() => shop.IsNoticedAsync(
        Plan(Mechanisms.NetworkLatency, ShopMap.DatabaseNetwork, 0.4),
        async () => await shop.GrowthAsync("database_query_duration_seconds_sum", "products", () => Visitor.GetAsync($"/api/products/{Product}")) > 0.08,
        shop.EndNeighboursAsync);

    [Fact]
    public Task Connections_end_in_the_middle() => shop.IsNoticedAsync(
        Plan(Mechanisms.ConnectionsCut, ShopMap.DatabaseNetwork, 1),
        async () => await shop.GrowthAsync("database_retries_total", "", ListAsync) + await shop.GrowthAsync("http_requests_total", "status=\"5", ListAsync) > 0,
        shop.EndNeighboursAsync);

    [Fact]
    public Task Packets_disappear() => shop.IsNoticedAsync(
        Plan(Mechanisms.BlackHole, ShopMap.DatabaseNetwork, 0),
        async () => await Visitor.GetAsync($"/api/products/{Product}") == 503 && Sum(await shop.MetricsAsync(), "database_circuit_openings_total", "silent") > 0);

    [IncidentFact]
    public Task The_host_stands_still() => shop.IsNoticedAsync(
        Plan(Mechanisms.HostPaused, ShopMap.Host, 1),
        async () => await shop.SlowAsync(() => Task.WhenAll(Enumerable.Range(0, 3).Select(_ => GetForASecondAsync()))) > 0);

    [Fact]
    public Task One_client_reads_everything() => shop.IsNoticedAsync(
        Plan(Mechanisms.Scraper, "products/ListProducts", 0, Scopes.Client, "203.0.113.66"),
        async () => await shop.GrowthAsync("http_requests_total", "path=\"/api/products\"", () => Visitor.FailToLogInAsync()) > 5,
        () => shop.BlockAsync("203.0.113.66"));

    [Fact]
    public Task One_client_guesses_passwords() => shop.IsNoticedAsync(
        Plan(Mechanisms.PasswordGuessing, "users/Login", 0, Scopes.Client, "198.51.100.9"),
        async () => await shop.GrowthAsync("auth_attempts_total", "rejected", ListAsync) > 0 || await shop.GrowthAsync("limit_refusals_total", "", ListAsync) > 0,
        () => shop.BlockAsync("198.51.100.9"));

    private Task OrderTogetherAsync() => Task.WhenAll(Enumerable.Range(0, 8).Select(_ => (Task)Visitor.OrderAsync(Product)));

    private async Task GetForASecondAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(1);)
            await GetAsync();
    }

    private async Task GetAsync()
    {
        for (var i = 0; i < 4; i++)
            await Visitor.GetAsync($"/api/products/{Product}");
    }

    private async Task ListAsync()
    {
        for (var i = 0; i < 4; i++)
            await Visitor.GetAsync("/api/products");
    }
}
