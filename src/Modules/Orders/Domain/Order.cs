using System.Text.Json.Serialization;
using ECommerce.Kernel;

namespace ECommerce.Orders;

/// <summary>An order as its customer sees it.</summary>
/// <param name="PayBy">When an order that is not paid is cancelled; absent once nothing is left to pay.</param>
internal sealed record Order(
    Guid Id, Guid UserId, OrderStatus Status, IReadOnlyList<OrderLine> Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset UpdatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? PayBy);

/// <summary>What was ordered, under the name and at the price that it had then.</summary>
internal sealed record OrderLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);
