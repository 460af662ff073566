using System.Diagnostics;

namespace ECommerce.Orders;

/// <summary>The INSERT of a new order in one statement: the order, its lines and the first timeline entry.</summary>
internal sealed class OrderInsert(PlaceOrder.Receipt receipt, byte[] fingerprint, Guid eventId)
{
    public Guid Id { get; } = receipt.Id;
    public Guid UserId { get; } = receipt.UserId;
    public decimal Total { get; } = receipt.Total.Amount;
    public string Currency { get; } = receipt.Total.Currency;
    public int Units { get; } = receipt.Lines.Sum(line => line.Quantity);
    public DateTimeOffset PlacedAt { get; } = receipt.PlacedAt;
    public DateTimeOffset? PayBy { get; } = receipt.PayBy;
    public byte[] Fingerprint { get; } = fingerprint;
    public Guid[] ProductIds { get; } = [.. receipt.Lines.Select(line => line.ProductId)];
    public string[] Names { get; } = [.. receipt.Lines.Select(line => line.Name)];
    public int[] Quantities { get; } = [.. receipt.Lines.Select(line => line.Quantity)];
    public decimal[] UnitPrices { get; } = [.. receipt.Lines.Select(line => line.UnitPrice.Amount)];
    public Guid EventId { get; } = eventId;
    public string? TraceId { get; } = Activity.Current?.TraceId.ToHexString();

    /// <summary>Returns false when an order with that id exists.</summary>
    public const string Sql = """
        WITH placed AS (
            INSERT INTO orders.orders (id, user_id, status, total, currency, units, placed_at, updated_at, pay_by, fingerprint, version)
            VALUES (@Id, @UserId, 'placed', @Total, @Currency, @Units, @PlacedAt, @PlacedAt, @PayBy, @Fingerprint, 1)
            ON CONFLICT (id) DO NOTHING
            RETURNING id),
        lines AS (
            INSERT INTO orders.order_lines (order_id, line, product_id, name, quantity, unit_price)
            SELECT placed.id, line.number, line.product_id, line.name, line.quantity, line.unit_price
            FROM placed, unnest(@ProductIds, @Names, @Quantities, @UnitPrices) WITH ORDINALITY
                AS line (product_id, name, quantity, unit_price, number)),
        told AS (
            INSERT INTO orders.timeline (order_id, seq, status, at, event_id, trace_id)
            SELECT id, 1, 'placed', @PlacedAt, @EventId, @TraceId FROM placed)
        SELECT EXISTS (SELECT FROM placed)
        """;
}
