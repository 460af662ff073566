using ECommerce.Kernel;

namespace ECommerce.Products.Contracts;

/// <summary>The refusals of a stock reservation.</summary>
public static class StockErrors
{
    /// <summary>The extension <c>shortages</c> lists <c>{line, productId, requested, available}</c>, line counted from 0.</summary>
    public static readonly Error Insufficient = new("products.insufficient_stock", 409, "There is not enough in stock.",
        "Order at most what 'shortages' says is available, or come back later.");

    /// <summary>No such product, or it is discontinued; the field names the line.</summary>
    public static readonly Error UnknownProduct = new("products.unknown_product", 404, "There is no such product.",
        "Take the product off the order: it does not exist or is sold no more.");

    public static readonly Error ReservedByAnother = new("products.reserved_by_another", 409, "The reservation belongs to somebody else.",
        "Use an id of your own.");

    public static readonly Error ReservedOtherwise = new("products.reserved_otherwise", 422, "The reservation holds other lines.",
        "Send the lines that were sent first, or use a new id.");
}

/// <summary>A line that exceeds the stock: an element of the extension <c>shortages</c>.</summary>
public sealed record Shortage(int Line, Guid ProductId, int Requested, int Available);
