using ECommerce.Incidents.Model;
using static ECommerce.Incidents.Tests.Causes.TroubledShop;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>Causes that are a new build or a restart with another setting: each is noticed in the signals, and is gone after a rollback.</summary>
[Collection(TroubledShop.Name)]
[Trait("Category", "Running")]
public sealed class ReleaseTests(TroubledShop shop)
{
    private static CausePlan Plan(string mechanism, string place, params (string, string)[] details) => new(mechanism, place, Scopes.All, null, 1, details.ToDictionary());

    private Visitor Visitor => shop.Visitor;

    private Guid Product => shop.Products[^1].Id;

    [IncidentFact]
    public async Task A_release_fails_for_one_group_of_customers()
    {
        var (hit, spared) = (await Visitor.RegisterAsync(shop.Arena, group => group == "h"), await Visitor.RegisterAsync(shop.Arena, group => group != "h"));
        var (one, other) = ((await hit.OrderAsync(Product)).Id, (await spared.OrderAsync(Product)).Id);
        await shop.IsNoticedAsync(
            Plan(Mechanisms.WrongRelease, "orders/GetOrder", ("patch", "get-order-shards")),
            async () => await shop.GrowthAsync("command_duration_seconds_count", "GetOrder.*failed", () => hit.GetAsync($"/api/orders/{one}")) > 0
                && await shop.GrowthAsync("command_duration_seconds_count", "GetOrder.*failed", () => spared.GetAsync($"/api/orders/{other}")) == 0);
    }

    [IncidentFact]
    public async Task A_release_fails_for_another_group_of_customers()
    {
        var hit = await Visitor.RegisterAsync(shop.Arena, group => group == "c");
        await shop.IsNoticedAsync(
            Plan(Mechanisms.WrongRelease, "orders/ListOrders", ("patch", "list-orders-regions")),
            async () => await shop.GrowthAsync("command_duration_seconds_count", "ListOrders.*failed", () => hit.GetAsync("/api/orders")) > 0);
    }

    [IncidentFact]
    public async Task A_release_has_a_statement_for_each_line()
    {
        for (var i = 0; i < 10; i++)
            await Visitor.OrderAsync(shop.Products[i].Id);
        await shop.IsNoticedAsync(
            Plan(Mechanisms.ManyStatements, "orders/ListOrders", ("patch", "list-orders-one-by-one")),
            async () => await shop.GrowthAsync("database_query_duration_seconds_count", "orders", () => Visitor.GetAsync("/api/orders")) > 15);
    }

    [Fact]
    public Task A_release_has_a_statement_for_each_neighbour() => shop.IsNoticedAsync(
        Plan(Mechanisms.ManyStatements, "products/GetProduct", ("patch", "get-product-cards")),
        async () => await shop.GrowthAsync("database_query_duration_seconds_count", "products", GetProductAsync) > 15);

    [IncidentFact]
    public Task A_release_computes_too_much() => shop.IsNoticedAsync(
        Plan(Mechanisms.SlowRelease, "products/ListProducts", ("patch", "list-products-ranked")),
        async () => await shop.GrowthAsync("command_duration_seconds_sum", "ListProducts", ListAsync) > 0.04
            && await shop.GrowthAsync("database_query_duration_seconds_sum", "products", ListAsync) < 0.04);

    [IncidentFact]
    public async Task A_release_reads_again_and_again()
    {
        var order = (await Visitor.OrderAsync(Product)).Id;
        await shop.IsNoticedAsync(
            Plan(Mechanisms.SlowRelease, "orders/GetOrder", ("patch", "get-order-settled")),
            async () => await shop.GrowthAsync("command_duration_seconds_sum", "GetOrder\"", () => Visitor.GetAsync($"/api/orders/{order}")) > 0.2);
    }

    [IncidentFact]
    public Task A_release_allocates_too_much() => shop.IsNoticedAsync(
        Plan(Mechanisms.GarbageCollection, "products/ListProducts", ("patch", "list-products-facets")),
        async () => await shop.GrowthAsync("dotnet_gc_heap_total_allocated_bytes_total", "", ListAsync) > 10_000_000
            && await shop.GrowthAsync("dotnet_gc_pause_time_seconds_total", "", ListAsync) > 0.005);

    [IncidentFact]
    public Task A_release_blocks_threads() => shop.IsNoticedAsync(
        Plan(Mechanisms.ThreadStarvation, "products/GetProduct", ("patch", "get-product-turns")),
        async () => await shop.GrowthAsync("thread_pool_delay_seconds_sum", "", () => Task.WhenAll(Enumerable.Range(0, 60).Select(_ => GetProductAsync()))) > 0.3);

    [IncidentFact]
    public Task A_release_keeps_memory() => shop.IsNoticedAsync(
        Plan(Mechanisms.MemoryLeak, "products/GetProduct", ("patch", "get-product-history")),
        async () => await shop.GrowthAsync("process_resident_memory_bytes", "", () => Task.WhenAll(Enumerable.Range(0, 100).Select(_ => GetProductAsync()))) > 30_000_000);

    [IncidentFact]
    public Task A_pool_is_too_small() => shop.IsNoticedAsync(
        Plan(Mechanisms.PoolTooSmall, ShopMap.DatabaseConnections, ("variable", "Database__MaxPoolSize"), ("value", "3")),
        async () => Sum(await shop.MetricsAsync(), "db_client_connection_max", "products") is > 0 and < 4);

    [IncidentFact]
    public Task A_time_limit_is_too_short() => shop.IsNoticedAsync(
        Plan(Mechanisms.TimeoutTooShort, ShopMap.Limits, ("variable", "Limits__RequestTimeout"), ("value", "00:00:00.100")),
        async () => await shop.GrowthAsync("http_requests_total", "status=\"504\"", () => Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Visitor.FailToLogInAsync()))) > 0);

    [IncidentFact]
    public Task A_limit_is_too_low() => shop.IsNoticedAsync(
        Plan(Mechanisms.LimitTooLow, ShopMap.Limits, ("variable", "Limits__Concurrency"), ("value", "1")),
        async () => await shop.GrowthAsync("limit_refusals_total", "", () => Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ListAsync()))) > 0);

    private Task GetProductAsync() => Visitor.GetAsync($"/api/products/{Product}");

    private async Task ListAsync()
    {
        for (var i = 0; i < 4; i++)
            await Visitor.GetAsync("/api/products?limit=50");
    }
}
