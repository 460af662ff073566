using ECommerce.Platform.Faults;

namespace ECommerce.Orders;

/// <summary>The faults of the simulated payment provider. A decision that it has recorded is not changed.</summary>
internal static class PaymentFaults
{
    public static readonly FaultKind Declined = new("payment_declined", "The payment provider declines, whatever the card.", FaultScope.Module)
    {
        Module = "orders",
        Share = "the payments",
        IsOfOneRequest = true,
    };

    /// <summary>The delay of the provider's answer.</summary>
    public static readonly FaultAmount Answer = FaultAmount.Time("answer", TimeSpan.FromSeconds(30), most: TimeSpan.FromMinutes(10));

    public static readonly FaultKind Timeout = new("payment_timeout", "The payment provider takes the money and answers late: payments stay pending meanwhile.", FaultScope.Module)
    {
        Module = "orders",
        Share = "the payments",
        Amounts = [Answer],
        IsOfOneRequest = true,
    };
}
