namespace ECommerce.Orders;

/// <summary>The errors of the module Orders.</summary>
internal static class OrdersErrors
{
    /// <summary>The extension <c>shortages</c> lists <c>{line, productId, requested, available}</c>, line counted from 0.</summary>
    public static readonly Error InsufficientStock = new("orders.insufficient_stock", 409, "There is not enough in stock.",
        "Order at most what 'shortages' says is available, or come back later.");

    public static readonly Error UnknownProduct = new("orders.unknown_product", 404, "There is no such product.",
        "Take the product off the order: it does not exist or is sold no more.");

    public static readonly Error KeyTaken = new("orders.key_taken", 409, "The Idempotency-Key belongs to somebody else's order.",
        "Make a new UUID for each order, and repeat it only with the same order.");

    public static readonly Error KeyReused = new("orders.key_reused", 422, "The Idempotency-Key was used for an order of other lines.",
        "Send the lines that were sent first to see that order again, or use a new key for a new order.");

    /// <summary>The extensions <c>most</c>, <c>held</c> and <c>asked</c> count orders.</summary>
    public static readonly Error TooManyUnpaidOrders = new("orders.too_many_unpaid_orders", 409, "Too many orders wait for your payment.",
        "Pay or cancel one of them first. 'most' says how many may wait at once.");

    /// <summary>The extensions <c>most</c>, <c>held</c> and <c>asked</c> count units.</summary>
    public static readonly Error TooManyUnpaidUnits = new("orders.too_many_unpaid_units", 409, "Your unpaid orders hold too many units.",
        "Order fewer, or pay or cancel an order first. 'most' says how many units unpaid orders may hold together.");

    /// <summary>The extensions <c>most</c>, <c>held</c> and <c>asked</c> are amounts in the shop's currency.</summary>
    public static readonly Error TooMuchUnpaid = new("orders.too_much_unpaid", 409, "Your unpaid orders cost too much together.",
        "Order less, or pay or cancel an order first. 'most' says how much unpaid orders may cost together.");

    /// <summary>The extension <c>most</c> counts orders in an hour.</summary>
    public static readonly Error TooManyOrders = new("orders.too_many_orders", 429, "You have placed too many orders within an hour and not paid for them.",
        "Wait as many seconds as Retry-After says, or pay for an order. 'most' says how many orders an hour may end unpaid or cancelled.");

    /// <summary>The extension <c>most</c> counts attempts to pay for one order.</summary>
    public static readonly Error TooManyPayments = new("orders.too_many_payments", 409, "The order was tried to be paid too often.",
        "Nothing was taken. Cancel the order and place a new one, or let it run out.");

    public static readonly Error PaymentDeclined = new("orders.payment_declined", 402, "The payment was declined.",
        "Nothing was taken and the order still stands: pay by another method before its time is up.");

    /// <summary>The extension <c>orderStatus</c> is the status of the order.</summary>
    public static readonly Error InvalidState = new("orders.invalid_state", 409, "The order's state does not allow this.",
        "Read the order to see where it is. While a payment is pending, wait until it has been answered.");

    /// <summary>Maps a refusal of Products to the terms of an order: a customer knows keys, and not reservations.</summary>
    public static Error ForStock(Error refusal)
    {
        if (refusal.Code == StockErrors.Insufficient.Code)
            return InsufficientStock with { Detail = refusal.Detail, Fields = refusal.Fields, Extensions = refusal.Extensions };
        if (refusal.Code == StockErrors.UnknownProduct.Code)
            return UnknownProduct with { Detail = refusal.Detail, Fields = refusal.Fields };
        if (refusal.Code == StockErrors.ReservedByAnother.Code)
            return KeyTaken;
        return refusal.Code == StockErrors.ReservedOtherwise.Code ? KeyReused : refusal;
    }
}
