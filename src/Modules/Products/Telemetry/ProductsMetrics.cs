using Prometheus;

namespace ECommerce.Products;

/// <summary>What the business asks of Products.</summary>
internal sealed class ProductsMetrics
{
    public ProductsMetrics(IMetricFactory metrics)
    {
        Created = metrics.CreateCounter("products_created_total", "Products that were added to the catalogue.");
        PriceChanges = metrics.CreateCounter("product_price_changes_total", "Changes of a price: what customers see become dearer or cheaper.");

        var units = metrics.CreateGauge("products_stock_units", "Units on the shelves, as last counted: available to order, and reserved for orders.", ["state"]);
        (UnitsAvailable, UnitsReserved) = (units.WithLabels("available"), units.WithLabels("reserved"));

        var reservations = metrics.CreateCounter(
            "stock_reservations_total",
            "What became of requests for stock: reserved, or short of it; then claimed by an order and committed when paid, released when cancelled, or lapsed unclaimed.",
            ["outcome"]);
        Reserved = reservations.WithLabels("reserved");
        Short = reservations.WithLabels("short");
        Claimed = reservations.WithLabels("claimed");
        Committed = reservations.WithLabels("committed");
        Released = reservations.WithLabels("released");
        Lapsed = reservations.WithLabels("lapsed");
    }

    public Counter Created { get; }

    public Counter PriceChanges { get; }

    public Gauge.Child UnitsAvailable { get; }

    public Gauge.Child UnitsReserved { get; }

    public Counter.Child Reserved { get; }

    /// <summary>Refused for want of stock, or claimed too late and lost.</summary>
    public Counter.Child Short { get; }

    public Counter.Child Claimed { get; }

    public Counter.Child Committed { get; }

    public Counter.Child Released { get; }

    public Counter.Child Lapsed { get; }
}
