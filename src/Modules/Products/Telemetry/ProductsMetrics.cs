using Observability.Metrics;
using Prometheus;

namespace ECommerce.Products;

/// <summary>What the business asks of Products.</summary>
internal sealed class ProductsMetrics
{
    public ProductsMetrics(MetricFamilies metrics)
    {
        Created = metrics.BusinessCounter("products_created_total", "Products that were added to the catalogue.").With();
        PriceChanges = metrics.BusinessCounter("product_price_changes_total", "Changes of a price: what customers see become dearer or cheaper.").With();

        var units = metrics.SharedGauge("products_stock_units", "Units on the shelves, as last counted: available to order, and reserved for orders.", "state");
        (UnitsAvailable, UnitsReserved) = (units.With("available"), units.With("reserved"));

        var reservations = metrics.BusinessCounter(
            "stock_reservations_total",
            "What became of requests for stock: reserved, or short of it; then claimed by an order and committed when paid, released when cancelled or refused, or lapsed unclaimed.",
            "outcome");
        Reserved = reservations.With("reserved");
        Short = reservations.With("short");
        Claimed = reservations.With("claimed");
        Committed = reservations.With("committed");
        Released = reservations.With("released");
        Lapsed = reservations.With("lapsed");
        Purged = metrics.BusinessCounter("stock_reservations_purged_total", "Reservations that ended without a sale and were deleted after their retention.").With();
    }

    public Counter.Child Created { get; }

    public Counter.Child PriceChanges { get; }

    public Gauge.Child UnitsAvailable { get; }

    public Gauge.Child UnitsReserved { get; }

    public Counter.Child Reserved { get; }

    /// <summary>Refused for want of stock, or claimed too late and lost.</summary>
    public Counter.Child Short { get; }

    public Counter.Child Claimed { get; }

    public Counter.Child Committed { get; }

    public Counter.Child Released { get; }

    public Counter.Child Lapsed { get; }

    public Counter.Child Purged { get; }
}
