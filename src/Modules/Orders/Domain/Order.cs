using System.Text.Json.Serialization;

namespace ECommerce.Orders;

/// <summary>An order as its customer sees it.</summary>
/// <param name="Id">The id of the order: the Idempotency-Key under which it was placed.</param>
/// <param name="UserId">The customer.</param>
/// <param name="Status">The status now.</param>
/// <param name="Lines">What was ordered, one line for each product.</param>
/// <param name="Total">The sum of all lines.</param>
/// <param name="PlacedAt">When the order was placed.</param>
/// <param name="UpdatedAt">When the status last changed.</param>
/// <param name="PayBy">When the order is cancelled if it is not paid; absent or null once nothing is left to pay.</param>
internal sealed record Order(
    Guid Id, Guid UserId, OrderStatus Status, IReadOnlyList<OrderLine> Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PayBy);

/// <summary>A line of an order, with the product's name and price at that time.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Name">The name of the product when the order was placed.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="UnitPrice">The price of one unit when the order was placed.</param>
internal sealed record OrderLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);
