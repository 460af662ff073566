using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>Many times the usual customers come to buy. Nothing is broken.</summary>
internal sealed class FlashSale : ICause
{
    public string Mechanism => Mechanisms.FlashSale;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.Customers, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var customers = arena.StartCustomers(plan.Between(15, 60), "browse=30,buy=70", customers: 30);
        return Task.FromResult<IAsyncDisposable>(Effect.Of(async () => await customers.DisposeAsync()));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => ["Raise what is full (Database__MaxPoolSize, Limits__ConcurrencyPerClient) and restart; or let it pass, since nothing is broken."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "Many times the requests, of all routes in the usual proportions."),
        Seen.Metric("orders_placed_total", "Orders rise with the requests."),
        Seen.Metric("http_active_connections", "More requests in flight."),
        Seen.Metric("products_stock_units", "Stock falls faster."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: more requests of all routes.",
        "orders_placed_total rises as much: they are customers.",
        "Traces look as before, apart from waiting for connections and processors.",
        "Nothing failed before the load came.",
    ];
}
