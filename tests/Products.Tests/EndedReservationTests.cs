using ECommerce.Kernel;
using ECommerce.Orders.Contracts;
using ECommerce.Products.Contracts;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Products.Tests;

/// <summary>What becomes of a reservation after its end: it is given back, priced anew, and deleted. On hosts of their own, because the clock moves.</summary>
public sealed class EndedReservationTests
{
    [Fact]
    public async Task A_lapsed_reservation_is_reserved_again_at_the_price_of_today()
    {
        await using var shop = await OwnShop.StartAsync();
        var product = await shop.Given.AProductAsync(price: 10m, name: "Old name");
        var (id, owner) = (Guid.CreateVersion7(), Guid.NewGuid());
        await shop.ReserveAsync(id, owner, product.Times(4));
        await RaisePriceAsync(shop, product);
        shop.Clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => await shop.StateOfAsync(id) == "lapsed");

        // Twenty at once, of which one renews it.
        var again = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.ReserveAsync(id, owner, product.Times(4))));

        again.ShouldAllBe(answer => answer.Error == null && answer.Value.Lines.Single() == new PricedLine(product.Id, "New name", 4, new Money(1000m, "EUR")));
        (await shop.StateOfAsync(id)).ShouldBe("reserved");
        (await shop.StockOfAsync(product)).ShouldBe((10, 4));
    }

    [Fact]
    public async Task A_reservation_that_is_due_to_lapse_is_not_repeated_either()
    {
        await using var shop = await OwnShop.StartAsync(("Products:LapseInterval", "01:00:00"));
        var product = await shop.Given.AProductAsync(stock: 4, price: 10m);
        var (id, owner) = (Guid.CreateVersion7(), Guid.NewGuid());
        await shop.ReserveAsync(id, owner, product.Times(4));
        await RaisePriceAsync(shop, product);
        shop.Clock.Advance(TimeSpan.FromMinutes(15));
        (await shop.StateOfAsync(id)).ShouldBe("reserved");

        var again = await shop.ReserveAsync(id, owner, product.Times(4));

        again.Value.Lines.Single().UnitPrice.Amount.ShouldBe(1000m);
        (await shop.StockOfAsync(product)).ShouldBe((4, 4));
    }

    [Fact]
    public async Task A_lapsed_reservation_is_refused_when_its_product_is_gone_or_short_and_answers_to_no_other()
    {
        await using var shop = await OwnShop.StartAsync();
        var (gone, sold) = (await shop.Given.AProductAsync(), await shop.Given.AProductAsync(stock: 4));
        var (owner, first, second) = (Guid.NewGuid(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.ReserveAsync(first, owner, gone.Times(1));
        await shop.ReserveAsync(second, owner, sold.Times(4));
        shop.Clock.Advance(TimeSpan.FromMinutes(15));
        await Eventually.TrueAsync(async () => (await shop.StateOfAsync(first), await shop.StateOfAsync(second)) == ("lapsed", "lapsed"));
        await shop.DeleteAsync($"/api/products/{gone.Id}", await shop.Given.AdminAsync());
        await shop.AReservationAsync((sold, 1));

        (await shop.ReserveAsync(first, owner, gone.Times(1))).Error!.Code.ShouldBe(StockErrors.UnknownProduct.Code);
        (await shop.ReserveAsync(second, owner, sold.Times(4))).Error!.Code.ShouldBe(StockErrors.Insufficient.Code);
        (await shop.ReserveAsync(second, Guid.NewGuid(), sold.Times(4))).Error!.Code.ShouldBe(StockErrors.ReservedByAnother.Code);
        (await shop.ReserveAsync(second, owner, sold.Times(1))).Error!.Code.ShouldBe(StockErrors.ReservedOtherwise.Code);
        (await shop.StockOfAsync(gone)).ShouldBe((10, 0));
        (await shop.StockOfAsync(sold)).ShouldBe((4, 1));
    }

    [Fact]
    public async Task Stock_is_released_once_for_its_owner_and_never_from_an_order()
    {
        await using var shop = await OwnShop.StartAsync();
        var product = await shop.Given.AProductAsync();
        var (owner, free, claimed) = (Guid.NewGuid(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await shop.ReserveAsync(free, owner, product.Times(3));
        await shop.ReserveAsync(claimed, owner, product.Times(2));
        await shop.TellAsync(new OrderPlaced(claimed, owner, new Money(1m, "EUR"), shop.Clock.GetUtcNow()));

        (await ReleaseAsync(shop, free, Guid.NewGuid())).ShouldBeFalse();
        (await shop.StockOfAsync(product)).ShouldBe((10, 5));
        var released = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ReleaseAsync(shop, free, owner)));
        released.Count(wasHeld => wasHeld).ShouldBe(1);
        (await ReleaseAsync(shop, claimed, owner)).ShouldBeFalse();
        (await shop.StockOfAsync(product)).ShouldBe((10, 2));

        // The order stands after all: its commit had happened, and only the answer was lost.
        await shop.TellAsync(new OrderPlaced(free, owner, new Money(1m, "EUR"), shop.Clock.GetUtcNow()));
        (await shop.StateOfAsync(free)).ShouldBe("claimed");
        (await shop.StockOfAsync(product)).ShouldBe((10, 5));
    }

    [Fact]
    public async Task What_ended_without_a_sale_is_deleted_after_its_retention_and_what_lives_or_was_sold_stays()
    {
        await using var shop = await OwnShop.StartAsync();
        var product = await shop.Given.AProductAsync(stock: 1000);
        var sold = await shop.AReservationAsync((product, 1));
        await shop.TellAsync(new OrderPlaced(sold, Guid.NewGuid(), new Money(1m, "EUR"), shop.Clock.GetUtcNow()));
        await shop.TellAsync(new OrderPaid(sold, Guid.NewGuid(), new Money(1m, "EUR"), shop.Clock.GetUtcNow()));
        var kept = await shop.AReservationAsync((product, 1));
        await shop.TellAsync(new OrderPlaced(kept, Guid.NewGuid(), new Money(1m, "EUR"), shop.Clock.GetUtcNow()));
        // More than a batch.
        await Task.WhenAll(Enumerable.Range(0, 250).Select(_ => shop.AReservationAsync((product, 1))));

        shop.Clock.Advance(TimeSpan.FromMinutes(16));
        await Eventually.TrueAsync(async () => await shop.StockOfAsync(product) == (999, 1));
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.reservations")).ShouldBe(252);
        shop.Clock.Advance(TimeSpan.FromDays(7));

        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>("SELECT count(*) FROM products.reservations") == 2);
        (await shop.ScalarAsync<long>("SELECT count(*) FROM products.reservation_lines")).ShouldBe(2);
        (await shop.StateOfAsync(sold)).ShouldBe("committed");
        (await shop.StateOfAsync(kept)).ShouldBe("claimed");
    }

    [Fact]
    public async Task A_reservation_that_nearly_empties_a_shelf_says_so_each_time()
    {
        await using var shop = await OwnShop.StartAsync();
        var product = await shop.Given.AProductAsync(stock: 100);
        var (id, owner) = (Guid.CreateVersion7(), Guid.NewGuid());

        (await shop.ReserveAsync(Guid.CreateVersion7(), owner, product.Times(90))).Value.IsScarce.ShouldBeFalse();
        (await shop.ReserveAsync(id, owner, product.Times(1))).Value.IsScarce.ShouldBeTrue();
        (await shop.ReserveAsync(id, owner, product.Times(1))).Value.IsScarce.ShouldBeTrue();
    }

    private static async Task<bool> ReleaseAsync(ShopFixture shop, Guid reservation, Guid owner)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReleaseStock(reservation, owner))).Value.WasHeld;
    }

    private static async Task RaisePriceAsync(ShopFixture shop, Product product) => (await shop.PutAsync(
        $"/api/products/{product.Id}", new { name = "New name", price = new { amount = 1000m, currency = "EUR" } }, await shop.Given.AdminAsync())).Status.ShouldBe(200);
}
