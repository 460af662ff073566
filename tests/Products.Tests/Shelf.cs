using System.Reflection;
using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Products.Contracts;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Products.Tests;

/// <summary>What another module does with the shelves, and what lies on them.</summary>
internal static class Shelf
{
    /// <summary>Sends the contract as Orders does.</summary>
    public static async Task<Result<StockReserved>> ReserveAsync(this ShopFixture shop, Guid reservation, Guid owner, params StockLine?[] lines)
    {
        await using var scope = shop.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReserveStock(reservation, owner, lines!));
    }

    /// <summary>A reservation of a new owner.</summary>
    public static async Task<Guid> AReservationAsync(this ShopFixture shop, params (Product Product, int Quantity)[] lines)
    {
        var id = Guid.CreateVersion7();
        var reserved = await shop.ReserveAsync(id, Guid.NewGuid(), [.. lines.Select(line => line.Product.Times(line.Quantity))]);
        reserved.Error.ShouldBeNull();
        return id;
    }

    public static StockLine Times(this Product product, int quantity) => new(product.Id, quantity);

    /// <summary>Tells a fact as Orders does, and waits until all that follows has happened.</summary>
    public static async Task TellAsync(this ShopFixture shop, IEvent @event, Guid? messageId = null)
    {
        await shop.SendAsync(@event, messageId);
        await shop.SettleAsync();
    }

    /// <summary>Puts a fact into the outbox of Orders, whose relay delivers it.</summary>
    public static async Task SendAsync(this ShopFixture shop, IEvent @event, Guid? messageId = null)
    {
        var row = new
        {
            Id = messageId ?? Guid.CreateVersion7(),
            @event.AggregateId,
            Type = @event.GetType().GetCustomAttribute<EventNameAttribute>()!.Name,
            Payload = JsonSerializer.Serialize(@event, @event.GetType(), JsonSerializerOptions.Web),
            Now = shop.Clock.GetUtcNow().UtcDateTime,
        };
        await shop.RowsAsync(
            """
            INSERT INTO orders.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at)
            VALUES (@Id, @AggregateId, @Type, @Payload::jsonb, @Now, @Now)
            """, row);
    }

    public static Task<string?> StateOfAsync(this ShopFixture shop, Guid reservation) =>
        shop.ScalarAsync<string>("SELECT state FROM products.reservations WHERE id = @reservation", new { reservation });

    /// <summary>What is on hand and reserved, after a look whether the books balance.</summary>
    public static async Task<(int OnHand, int Reserved)> StockOfAsync(this ShopFixture shop, Product product)
    {
        var row = (await shop.RowsAsync(
            """
            SELECT on_hand, reserved,
              (SELECT coalesce(sum(delta), 0)::int FROM products.stock_adjustments WHERE product_id = @Id) AS stocked,
              (SELECT coalesce(sum(quantity), 0)::int FROM products.reservation_lines AS line JOIN products.reservations AS r ON r.id = reservation_id
               WHERE line.product_id = @Id AND r.state = 'committed') AS sold,
              (SELECT coalesce(sum(quantity), 0)::int FROM products.reservation_lines AS line JOIN products.reservations AS r ON r.id = reservation_id
               WHERE line.product_id = @Id AND r.state IN ('reserved', 'claimed')) AS promised
            FROM products.stock WHERE product_id = @Id
            """, new { product.Id })).ShouldHaveSingleItem();
        var (onHand, reserved) = ((int)row["on_hand"]!, (int)row["reserved"]!);
        (onHand + (int)row["sold"]!).ShouldBe((int)row["stocked"]!, "what is on hand and what was sold is what was stocked");
        reserved.ShouldBe((int)row["promised"]!, "what is reserved is what reservations hold");
        return (onHand, reserved);
    }
}
