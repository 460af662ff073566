using Observability.Metrics;
using Prometheus;

namespace ECommerce.Orders;

/// <summary>The business metrics of Orders. Each is updated after the commit by the host that made the change.</summary>
internal sealed class OrdersMetrics
{
    /// <summary>The outcome of a payment that was not answered in time.</summary>
    public const string Unanswered = "unanswered";

    private readonly Counter.Child _placed;
    private readonly Histogram.Child _value;
    private readonly Dictionary<(OrderStatus, OrderStatus), Counter.Child> _transitions;
    private readonly Dictionary<OrderStatus, Gauge.Child> _current;
    private readonly Gauge.Child _unpaidUnits;
    private readonly Gauge.Child _unpaidValue;
    private readonly Counter.Child _purged;
    private readonly Counter.Child _revenue;
    private readonly Counter.Child _refunds;
    private readonly Dictionary<PaymentOutcome, Counter.Child> _payments;
    private readonly Counter.Child _unanswered;
    private readonly Histogram.Child _placedToPaid;
    private readonly Histogram.Child _paidToShipped;
    private readonly Histogram.Child _shippedToDelivered;

    public OrdersMetrics(MetricFamilies metrics, IOptions<ShopOptions> shop)
    {
        var currency = shop.Value.Currency;
        _placed = metrics.BusinessCounter("orders_placed_total", "Placed orders. A replay of an Idempotency-Key does not count.").With();
        _value = metrics.Histogram("orders_value", "Total of placed orders, in units of the currency.",
            [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000], "currency").With(currency);

        var transitions = metrics.BusinessCounter("orders_transitions_total", "Transitions of orders between statuses. Shows where orders are declined or cancelled.", "from", "to");
        _transitions = OrderStatuses.Steps.ToDictionary(step => step, step => transitions.With(step.From.Text(), step.To.Text()));
        var current = metrics.SharedGauge("orders_current", "Orders by status, as last counted.", "status");
        _current = Enum.GetValues<OrderStatus>().ToDictionary(status => status, status => current.With(status.Text()));

        _unpaidUnits = metrics.SharedGauge("orders_unpaid_units", "Units of unpaid orders, as last counted.").With();
        _unpaidValue = metrics.SharedGauge("orders_unpaid_value", "Total of unpaid orders, as last counted, in units of the currency.", "currency").With(currency);
        _purged = metrics.BusinessCounter("orders_purged_total", "Orders that were cancelled, never paid, and deleted after their retention.").With();

        _revenue = metrics.BusinessCounter("orders_revenue_total", "Captured payments, in units of the currency.", "currency").With(currency);
        _refunds = metrics.BusinessCounter("orders_refunds_total", "Refunded payments, in units of the currency.", "currency").With(currency);
        var payments = metrics.BusinessCounter("payments_total", "Payment attempts by outcome: the provider's answer, or unanswered when it did not come in time.", "outcome");
        _payments = Enum.GetValues<PaymentOutcome>().ToDictionary(outcome => outcome, outcome => payments.With(outcome.Text()));
        _unanswered = payments.With(Unanswered);

        var stages = metrics.Histogram("order_stage_duration_seconds", "Time that orders spend between two statuses, in seconds.",
            [1, 10, 60, 300, 1800, 3600, 21600, 86400, 259200, 604800], "stage");
        _placedToPaid = stages.With("placed_to_paid");
        _paidToShipped = stages.With("paid_to_shipped");
        _shippedToDelivered = stages.With("shipped_to_delivered");
    }

    public void Placed(decimal total)
    {
        _placed.Inc();
        _value.Observe((double)total);
    }

    public void Moved(Step step)
    {
        _transitions[(step.From, step.To)].Inc();
        switch (step.To)
        {
            case OrderStatus.Paid:
                _placedToPaid.Observe((step.At - step.PlacedAt).TotalSeconds);
                break;
            case OrderStatus.Shipped:
                _paidToShipped.Observe((step.At - step.Since).TotalSeconds);
                break;
            case OrderStatus.Delivered:
                _shippedToDelivered.Observe((step.At - step.Since).TotalSeconds);
                break;
        }
    }

    public void PaymentSettled(PaymentOutcome outcome, decimal amount)
    {
        _payments[outcome].Inc();
        if (outcome is PaymentOutcome.Captured)
            _revenue.Inc((double)amount);
    }

    public void PaymentUnanswered() => _unanswered.Inc();

    public void Refunded(decimal amount) => _refunds.Inc((double)amount);

    public void Unpaid(long units, decimal value)
    {
        _unpaidUnits.Set(units);
        _unpaidValue.Set((double)value);
    }

    public void Purged(int orders)
    {
        if (orders > 0) // an increment by 0 would create an exemplar
            _purged.Inc(orders);
    }

    public void Current(OrderStatus status, long orders) => _current[status].Set(orders);
}
