using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Products;

/// <summary>The settings of stock, reservations and retention (section <c>Products</c>).</summary>
internal sealed class ProductsOptions
{
    [Description("The time after which a reservation lapses that no order has claimed.")]
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ReservationLifetime { get; set; } = TimeSpan.FromMinutes(15);

    [Description("The interval of the job that releases lapsed reservations.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan LapseInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("The interval at which units in stock are counted for the metric `products_stock_units`.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan StockGaugeInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("The share of a product's units below which it counts as scarce. An order that leaves less available must be paid within `Orders__ScarcePaymentWindow`.")]
    [Range(0, 1.0)]
    public double ScarceBelow { get; set; } = 0.1;

    [Description("The retention of reservations that lapsed, were released or were lost.")]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ReservationRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("The interval of the job that deletes reservations after their retention.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(1);
}
