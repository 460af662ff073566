using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Orders;

/// <summary>How orders age, and how much a customer may hold unpaid (section <c>Orders</c>).</summary>
internal sealed class OrdersOptions
{
    [Description("How long a placed order waits to be paid before it cancels itself.")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan PaymentWindow { get; set; } = TimeSpan.FromMinutes(30);

    [Description("The same for an order that takes a product below `Products__ScarceBelow`. The shorter of the two windows holds.")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan ScarcePaymentWindow { get; set; } = TimeSpan.FromMinutes(5);

    [Description("How many orders a customer may have that are not paid.")]
    [Range(1, 1_000_000)]
    public int UnpaidOrders { get; set; } = 10;

    [Description("How many units those orders may hold together.")]
    [Range(1, 1_000_000_000)]
    public int UnpaidUnits { get; set; } = 500;

    [Description("How much those orders may cost together, in units of the currency.")]
    [Range(typeof(decimal), "0.01", "999999999999.99", ParseLimitsInInvariantCulture = true)]
    public decimal UnpaidValue { get; set; } = 25_000m;

    [Description("How many orders a customer may place in an hour without buying: unpaid and cancelled orders count, paid ones do not.")]
    [Range(1, 1_000_000)]
    public int OrdersPerHour { get; set; } = 60;

    [Description("How often orders are looked through for those that were not paid in time.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ExpiryInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How often orders are counted for the metrics orders_current and orders_unpaid_*.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan GaugeInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("How long an order is kept that was cancelled and never paid. Orders for which money moved are always kept.")]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CancelledRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("How often orders whose retention is over are deleted.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long an order may wait for its payment.</summary>
    public TimeSpan WindowOf(bool isScarce) => isScarce && ScarcePaymentWindow < PaymentWindow ? ScarcePaymentWindow : PaymentWindow;
}
