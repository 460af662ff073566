namespace ECommerce.Orders.Tests;

/// <summary>An order that is refused after its stock was reserved gives the stock back at once.</summary>
[Collection(OneShop.Name)]
public sealed class RefusedOrderTests(OrdersShop shop)
{
    [Fact]
    public async Task An_order_too_dear_for_the_books_holds_no_stock()
    {
        var product = await shop.Given.AProductAsync(price: 9_999_999_999.99m, stock: 200);

        for (var i = 0; i < 2; i++)
            (await shop.PostAsync("/api/orders", Given.Lines((product, 100)), await shop.Given.ACustomerAsync())).Status.ShouldBe(400);

        (await shop.StockOfAsync(product)).ShouldBe((200, 0));
    }

    [Fact]
    public async Task An_order_that_cannot_be_recorded_holds_no_stock()
    {
        await using var own = await OwnShop.StartAsync();
        var product = await own.Given.AProductAsync(stock: 200);
        await own.RowsAsync("""
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON orders.orders FOR EACH ROW EXECUTE FUNCTION public.refuse();
            """);

        (await own.PostAsync("/api/orders", Given.Lines((product, 100)), await own.Given.ACustomerAsync())).Status.ShouldBe(500);

        (await own.StockOfAsync(product)).ShouldBe((200, 0));
    }
}
