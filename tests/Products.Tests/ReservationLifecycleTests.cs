using ECommerce.Kernel;
using ECommerce.Orders.Contracts;

namespace ECommerce.Products.Tests;

/// <summary>What an order's story does to its reservation: ClaimReservation, CommitReservation, ReleaseReservation.</summary>
[Collection(Shop.Name)]
public sealed class ReservationLifecycleTests(ShopFixture shop)
{
    private static readonly Money Total = new(25m, "EUR");

    private OrderPlaced Placed(Guid order) => new(order, Guid.NewGuid(), Total, shop.Clock.GetUtcNow());

    private OrderPaid Paid(Guid order) => new(order, Guid.NewGuid(), Total, shop.Clock.GetUtcNow());

    private OrderCancelled Cancelled(Guid order) => new(order, Guid.NewGuid(), "by_customer", shop.Clock.GetUtcNow());

    private static string Outcome(string outcome) => $$"""stock_reservations_total{outcome="{{outcome}}"}""";

    [Fact]
    public async Task A_placed_order_claims_its_reservation_and_a_paid_one_takes_the_stock_away()
    {
        var product = await shop.Given.AProductAsync();
        var order = await shop.AReservationAsync((product, 4));
        var before = await shop.MetricsAsync();

        await shop.TellAsync(Placed(order));
        (await shop.StateOfAsync(order)).ShouldBe("claimed");
        (await shop.StockOfAsync(product)).ShouldBe((10, 4));

        await shop.TellAsync(Paid(order));
        (await shop.StateOfAsync(order)).ShouldBe("committed");
        (await shop.StockOfAsync(product)).ShouldBe((6, 0));

        var moved = (await shop.MetricsAsync()).Since(before);
        moved[Outcome("claimed")].ShouldBe(1);
        moved[Outcome("committed")].ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_order_gives_everything_back_before_and_after_it_was_paid(bool paid)
    {
        var (left, right) = (await shop.Given.AProductAsync(), await shop.Given.AProductAsync());
        var order = await shop.AReservationAsync((left, 4), (right, 1));
        await shop.TellAsync(Placed(order));
        if (paid)
            await shop.TellAsync(Paid(order));
        var before = await shop.MetricsAsync();

        await shop.TellAsync(Cancelled(order));
        await shop.TellAsync(Cancelled(order));

        (await shop.StateOfAsync(order)).ShouldBe("released");
        (await shop.StockOfAsync(left)).ShouldBe((10, 0));
        (await shop.StockOfAsync(right)).ShouldBe((10, 0));
        (await shop.MetricsAsync()).Since(before)[Outcome("released")].ShouldBe(1);
    }

    [Fact]
    public async Task An_order_cancelled_before_it_claimed_gives_everything_back()
    {
        var product = await shop.Given.AProductAsync();
        var order = await shop.AReservationAsync((product, 4));
        await shop.TellAsync(Cancelled(order));
        await shop.TellAsync(Placed(order));
        await shop.TellAsync(Paid(order));
        (await shop.StateOfAsync(order)).ShouldBe("released");
        (await shop.StockOfAsync(product)).ShouldBe((10, 0));
    }

    [Fact]
    public async Task A_message_delivered_twice_has_its_effect_once()
    {
        var product = await shop.Given.AProductAsync();
        var order = await shop.AReservationAsync((product, 4));
        await shop.TellAsync(Placed(order));
        var message = Guid.CreateVersion7();
        await shop.TellAsync(Paid(order), message);
        var before = await shop.MetricsAsync();
        await shop.TellAsync(Paid(order), message);
        (await shop.StockOfAsync(product)).ShouldBe((6, 0));
        (await shop.MetricsAsync()).Since(before).Keys.ShouldNotContain(Outcome("committed"));
    }

    [Fact]
    public async Task An_order_without_a_reservation_is_told_that_it_is_lost_and_stops_nothing()
    {
        var order = Guid.CreateVersion7();
        await shop.TellAsync(Placed(order));
        await shop.TellAsync(Paid(order));
        await shop.TellAsync(Cancelled(order));
        (await shop.StateOfAsync(order)).ShouldBeNull();
        (await shop.ScalarAsync<long>("SELECT count(*) FROM orders.outbox WHERE aggregate_id = @order", new { order })).ShouldBe(0);
        shop.Log.Lines.ShouldContain(line => line.GetRawText().Contains("without a reservation", StringComparison.Ordinal)
            && line.GetRawText().Contains(order.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_happens_at_once_the_books_balance()
    {
        var products = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => shop.Given.AProductAsync(stock: 20)));
        var stories = Enumerable.Range(0, 48).Select(async n =>
        {
            var order = Guid.CreateVersion7();
            var lines = products.Select(product => product.Times(1)).OrderBy(_ => Random.Shared.Next()).Take(1 + (n % 3));
            if ((await shop.ReserveAsync(order, Guid.NewGuid(), [.. lines])).Error is not null)
                return;
            if (n % 4 > 0)
                await shop.SendAsync(Placed(order));
            if (n % 4 > 1)
                await shop.SendAsync(Paid(order));
            if (n % 4 > 2 || n % 3 == 0)
                await shop.SendAsync(Cancelled(order));
        });
        await Task.WhenAll(stories);
        await shop.SettleAsync();
        foreach (var product in products)
        {
            var (onHand, reserved) = await shop.StockOfAsync(product);
            onHand.ShouldBeInRange(0, 20);
            reserved.ShouldBeInRange(0, onHand);
        }
    }
}
