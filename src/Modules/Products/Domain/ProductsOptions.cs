using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Products;

/// <summary>How stock is held and counted (section <c>Products</c>).</summary>
internal sealed class ProductsOptions
{
    [Description("How long stock is held for an order that has not been placed yet.")]
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan ReservationLifetime { get; set; } = TimeSpan.FromMinutes(15);

    [Description("How often reservations that nobody has claimed are given back.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan LapseInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("How often the units in stock are counted for `products_stock_units`.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan StockGaugeInterval { get; set; } = TimeSpan.FromSeconds(15);

    [Description("A product counts as scarce when an order leaves less than this share of its units available; such an order must be paid within `Orders__ScarcePaymentWindow`.")]
    [Range(0, 1.0)]
    public double ScarceBelow { get; set; } = 0.1;

    [Description("How long a reservation that lapsed, was released or was lost is kept.")]
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan ReservationRetention { get; set; } = TimeSpan.FromDays(7);

    [Description("How often reservations whose retention is over are deleted.")]
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromMinutes(1);
}
