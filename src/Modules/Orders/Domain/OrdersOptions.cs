using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Orders;

/// <summary>The settings of payment windows, customers' limits and retention (section <c>Orders</c>).</summary>
internal sealed class OrdersOptions
{
    [Description("The time within which an order must be paid before it is cancelled.")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan PaymentWindow { get; set; } = TimeSpan.FromMinutes(30);

    [Description("The same for an order that takes a product below `Products__ScarceBelow`. The shorter of the two times applies.")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ScarcePaymentWindow { get; set; } = TimeSpan.FromMinutes(5);

    [Description("The limit on a customer's unpaid orders.")]
    [Range(1, 1_000_000)]
    public int UnpaidOrders { get; set; } = 10;

    [Description("The limit on the units of a customer's unpaid orders.")]
    [Range(1, 1_000_000_000)]
    public int UnpaidUnits { get; set; } = 500;

    [Description("The limit on the total of a customer's unpaid orders, in units of the currency.")]
    [Range(typeof(decimal), "0.01", "999999999999.99", ParseLimitsInInvariantCulture = true)]
    public decimal UnpaidValue { get; set; } = 25_000m;

    [Description("The limit on a customer's orders in an hour that are unpaid or cancelled.")]
    [Range(1, 1_000_000)]
    public int OrdersPerHour { get; set; } = 60;

    [Description("The interval of the job that cancels orders which were not paid in time.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ExpiryInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The interval at which orders are counted for the metrics `orders_current` and `orders_unpaid_*`.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan GaugeInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("The retention of orders that were cancelled and never paid. Orders with a payment are always kept.")]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CancelledRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("The interval of the job that deletes orders after their retention.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The time within which an order must be paid.</summary>
    public TimeSpan WindowOf(bool isScarce) => isScarce && ScarcePaymentWindow < PaymentWindow ? ScarcePaymentWindow : PaymentWindow;
}
