using System.Text.Json;

namespace ECommerce.Orders;

/// <summary>The row of an order with its lines.</summary>
/// <param name="Version">1 when placed, incremented by every transition. It is the order's ETag and the number of its latest timeline entry.</param>
/// <param name="StockLost">Whether the order must be cancelled when its pending payment is answered.</param>
/// <param name="PayBy">Null for an order of a version that did not record it.</param>
/// <param name="Currency">Null for an order of a version that did not record it; its currency is that of the table books.</param>
/// <param name="Fingerprint">The <see cref="RequestFingerprint"/> of the request; null for an order of a version that did not record it.</param>
/// <param name="Lines">A JSON array of <see cref="LineRow"/>.</param>
internal sealed record OrderRow(
    Guid Id, Guid UserId, string Status, decimal Total, DateTimeOffset PlacedAt, DateTimeOffset UpdatedAt, int Version, bool StockLost,
    DateTimeOffset? PayBy, string? Currency, byte[]? Fingerprint, string Lines)
{
    /// <summary>The SELECT, to be followed by conditions on <c>o</c>.</summary>
    public const string Select = """
        SELECT o.id, o.user_id, o.status, o.total, o.placed_at, o.updated_at, o.version, o.stock_lost, o.pay_by, o.currency, o.fingerprint, l.lines
        FROM orders.orders AS o
        CROSS JOIN LATERAL (
            SELECT json_agg(json_build_object(
                'productId', product_id, 'name', name, 'quantity', quantity, 'unitPrice', unit_price) ORDER BY line)::text AS lines
            FROM orders.order_lines
            WHERE order_id = o.id) AS l

        """;

    public sealed record LineRow(Guid ProductId, string Name, int Quantity, decimal UnitPrice);

    /// <summary>Maps the row to an order.</summary>
    /// <param name="booksCurrency">The currency of the table books, for an order without one of its own.</param>
    public Order In(string booksCurrency)
    {
        var currency = Currency ?? booksCurrency;
        var status = SnakeCase.Parse<OrderStatus>(Status);
        return new(Id, UserId, status, LinesIn(currency), new(Total, currency), PlacedAt, UpdatedAt, status.IsUnpaid() ? PayBy : null);
    }

    private OrderLine[] LinesIn(string currency) =>
    [
        .. JsonSerializer.Deserialize<LineRow[]>(Lines, JsonSerializerOptions.Web)!
            .Select(line => new OrderLine(line.ProductId, line.Name, line.Quantity, new Money(line.UnitPrice, currency))),
    ];
}
