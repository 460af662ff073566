using System.Globalization;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>
/// Three hosts on one database: what each host counts for itself adds up to the rows, and what all of them read from the database is the
/// maximum (ADR 0039).
/// </summary>
public sealed class ReplicasTests : IAsyncLifetime
{
    private IReadOnlyList<Busy> _hosts = [];

    public async Task InitializeAsync() => _hosts = await Replica.StartAsync<Busy>(3, (_, first) => new(first));

    [Fact]
    public async Task Counters_of_all_hosts_add_up_to_the_rows_and_gauges_of_the_database_are_not_counted_thrice()
    {
        await using var prometheus = await PrometheusServer.StartAsync([.. _hosts.Select(host => host.Management.BaseAddress!)]);
        await Task.WhenAll(_hosts.Select(TradeAsync));
        foreach (var host in _hosts)
            host.Clock.Advance(TimeSpan.FromHours(1)); // beyond the payment window: the hosts cancel what is unpaid, each order once
        await Eventually.TrueAsync(async () => await _hosts[0].ScalarAsync<long>("SELECT count(*) FROM orders.orders WHERE status = 'placed'") == 0, "unpaid orders are cancelled");
        await _hosts[0].SettleAsync();

        await Eventually.PassesAsync(async () =>
        {
            await prometheus.ScrapeAsync();
            foreach (var (expression, rows) in Facts)
            {
                var inTheTable = await _hosts[0].ScalarAsync<decimal>(rows);
                var counted = Math.Round((decimal)await prometheus.NumberAsync(expression), 2);
                counted.ShouldBe(inTheTable, string.Create(CultureInfo.InvariantCulture, $"{expression} = {rows}"));
            }
        });
        (await prometheus.NumberAsync("sum(http_requests_total)")).ShouldBe(_hosts.Sum(host => host.Sent.Total));
        (await prometheus.QueryAsync("orders_placed_total > 0")).Count.ShouldBe(_hosts.Count, "Each host has placed orders.");
        // A panel that added the hosts up would show each unit three times.
        (await prometheus.NumberAsync("sum(products_stock_units)")).ShouldBe(_hosts.Count * await prometheus.NumberAsync("sum(max by (state) (products_stock_units))"));
    }

    public Task DisposeAsync() => Replica.DisposeAsync(_hosts);

    private static async Task TradeAsync(Busy host)
    {
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 50));
        for (var order = 0; order < 3; order++)
            await host.Given.AnOrderAsync(customer, (product, 1));
        await host.Given.APaidOrderAsync(customer, (product, 2));
        await host.GetAsync("/api/products?limit=5");
    }

    private static readonly (string Expression, string Rows)[] Facts =
    [
        ("sum(users_registered_total)", "SELECT count(*) FROM users.users WHERE role = 'customer'"),
        ("sum(products_created_total)", "SELECT count(*) FROM products.products"),
        ("sum(orders_placed_total)", "SELECT count(*) FROM orders.orders"),
        ("sum(orders_revenue_total)", "SELECT sum(amount) FROM orders.payment_attempts WHERE state = 'captured'"),
        ("sum(orders_transitions_total)", "SELECT count(*) FROM orders.timeline WHERE seq > 1"),
        ("sum(orders_transitions_total{to=\"cancelled\"})", "SELECT count(*) FROM orders.orders WHERE status = 'cancelled'"),
        ("sum(stock_reservations_total{outcome=\"reserved\"})", "SELECT count(*) FROM products.reservations"),
        ("max(orders_current{status=\"paid\"})", "SELECT count(*) FROM orders.orders WHERE status = 'paid'"),
        ("max(orders_current{status=\"cancelled\"})", "SELECT count(*) FROM orders.orders WHERE status = 'cancelled'"),
        ("sum(max by (state) (products_stock_units))", "SELECT sum(on_hand) FROM products.stock"),
        ("sum(max by (module) (outbox_pending))", "SELECT 0"),
    ];

    private sealed class Busy(Replica? first) : Replica(first)
    {
        public Tally Sent { get; } = new();

        protected override HttpMessageHandler Through(HttpMessageHandler sockets) => new Tally.Handler(Sent, sockets);
    }
}
