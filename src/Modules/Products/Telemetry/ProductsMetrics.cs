using Observability.Metrics;
using Prometheus;

namespace ECommerce.Products;

/// <summary>The business metrics of Products.</summary>
internal sealed class ProductsMetrics
{
    public ProductsMetrics(MetricFamilies metrics)
    {
        Created = metrics.BusinessCounter("products_created_total", "Products that were added to the catalogue.").With();
        PriceChanges = metrics.BusinessCounter("product_price_changes_total", "Changes of product prices.").With();

        var units = metrics.SharedGauge("products_stock_units", "Units in stock, as last counted, by state: available or reserved.", "state");
        (UnitsAvailable, UnitsReserved) = (units.With("available"), units.With("reserved"));

        var reservations = metrics.BusinessCounter(
            "stock_reservations_total",
            "Stock reservations by outcome: reserved, or short of stock; then claimed by an order, committed when paid, released when cancelled or refused, or lapsed unclaimed.",
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

    /// <summary>Refused for lack of stock, or claimed too late and lost.</summary>
    public Counter.Child Short { get; }

    public Counter.Child Claimed { get; }

    public Counter.Child Committed { get; }

    public Counter.Child Released { get; }

    public Counter.Child Lapsed { get; }

    public Counter.Child Purged { get; }
}
