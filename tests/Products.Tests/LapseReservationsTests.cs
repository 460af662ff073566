using ECommerce.Kernel;
using ECommerce.Orders.Contracts;

namespace ECommerce.Products.Tests;

/// <summary>On a host of their own, because the clock moves.</summary>
public sealed class LapseReservationsTests : IAsyncLifetime
{
    private OwnShop _shop = null!;

    public async Task InitializeAsync() => _shop = await OwnShop.StartAsync();

    public Task DisposeAsync() => _shop.DisposeAsync();

    private OrderPlaced Placed(Guid order) => new(order, Guid.NewGuid(), new Money(1m, "EUR"), _shop.Clock.GetUtcNow());

    private static string Outcome(string outcome) => $$"""stock_reservations_total{outcome="{{outcome}}"}""";

    private Task LapsedAsync(Guid reservation) => Eventually.TrueAsync(async () => await _shop.StateOfAsync(reservation) == "lapsed");

    [Fact]
    public async Task What_nobody_claims_within_fifteen_minutes_is_given_back_and_what_is_claimed_stays()
    {
        var product = await _shop.Given.AProductAsync();
        var left = await _shop.AReservationAsync((product, 3));
        var claimed = await _shop.AReservationAsync((product, 2));
        await _shop.TellAsync(Placed(claimed));
        _shop.Clock.Advance(TimeSpan.FromMinutes(14));
        var young = await _shop.AReservationAsync((product, 1));
        var before = await _shop.MetricsAsync();

        _shop.Clock.Advance(TimeSpan.FromMinutes(1));
        await LapsedAsync(left);

        (await _shop.StateOfAsync(claimed)).ShouldBe("claimed");
        (await _shop.StateOfAsync(young)).ShouldBe("reserved");
        (await _shop.StockOfAsync(product)).ShouldBe((10, 3));
        await Eventually.TrueAsync(async () => (await _shop.MetricsAsync()).Since(before).GetValueOrDefault(Outcome("lapsed")) == 1);
    }

    [Fact]
    public async Task More_than_a_batch_lapses_and_every_unit_comes_back()
    {
        var (left, right) = (await _shop.Given.AProductAsync(stock: 250), await _shop.Given.AProductAsync(stock: 250));
        await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => _shop.AReservationAsync((left, 1), (right, 1))));
        (await _shop.StockOfAsync(left)).ShouldBe((250, 250));
        _shop.Clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await _shop.StockOfAsync(left) == (250, 0));
        (await _shop.StockOfAsync(right)).ShouldBe((250, 0));
    }

    [Fact]
    public async Task A_claim_after_the_lapse_holds_the_stock_again_at_the_recorded_prices()
    {
        var product = await _shop.Given.AProductAsync();
        var (order, owner) = (Guid.CreateVersion7(), Guid.NewGuid());
        var reserved = await _shop.ReserveAsync(order, owner, product.Times(4));
        _shop.Clock.Advance(TimeSpan.FromMinutes(15));
        await LapsedAsync(order);

        await _shop.TellAsync(Placed(order));

        (await _shop.StateOfAsync(order)).ShouldBe("claimed");
        (await _shop.StockOfAsync(product)).ShouldBe((10, 4));
        (await _shop.ReserveAsync(order, owner, product.Times(4))).Value.Lines.ShouldBe(reserved.Value.Lines);
    }

    [Fact]
    public async Task A_claim_after_the_lapse_that_finds_the_stock_gone_loses_the_reservation_and_says_so()
    {
        var (scarce, plenty) = (await _shop.Given.AProductAsync(stock: 4), await _shop.Given.AProductAsync());
        var order = await _shop.AReservationAsync((scarce, 4), (plenty, 1));
        _shop.Clock.Advance(TimeSpan.FromMinutes(15));
        await LapsedAsync(order);
        await _shop.AReservationAsync((scarce, 1));
        var before = await _shop.MetricsAsync();

        await _shop.TellAsync(Placed(order));

        (await _shop.StateOfAsync(order)).ShouldBe("lost");
        (await _shop.StockOfAsync(scarce)).ShouldBe((4, 1));
        (await _shop.StockOfAsync(plenty)).ShouldBe((10, 0));
        var moved = (await _shop.MetricsAsync()).Since(before);
        moved[Outcome("short")].ShouldBe(1);
        moved["""outbox_deliveries_total{module="products",event="products.reservation-lost.v1",outcome="delivered"}"""].ShouldBe(1);
    }

    [Fact]
    public async Task The_gauge_counts_the_shelves()
    {
        var product = await _shop.Given.AProductAsync(stock: 9);
        await _shop.AReservationAsync((product, 2));
        await Eventually.PassesAsync(async () =>
        {
            var metrics = await _shop.MetricsAsync();
            metrics["""products_stock_units{state="available"}"""].ShouldBe(7);
            metrics["""products_stock_units{state="reserved"}"""].ShouldBe(2);
        });
    }
}
