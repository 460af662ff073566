namespace ECommerce.Orders;

/// <summary>The failpoints of the simulated payment provider. What it has decided by then stays decided.</summary>
internal static class PaymentFailpoints
{
    public static readonly Failpoint Declined = new(
        "orders", "payment_declined", "The payment provider declines, whatever the card.", Share: "the payments");

    /// <summary>The time is how long the provider takes to answer.</summary>
    public static readonly Failpoint Timeout = new(
        "orders", "payment_timeout", "The payment provider takes the money and answers late: payments stay pending meanwhile.", Share: "the payments")
    {
        Time = new("answer", Usual: TimeSpan.FromSeconds(30), Most: TimeSpan.FromMinutes(10)),
    };
}
