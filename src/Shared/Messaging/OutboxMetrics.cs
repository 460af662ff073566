using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Messaging;

/// <summary>What is on its way between modules, what is stuck, and how long delivery takes.</summary>
internal sealed class OutboxMetrics(MetricFamilies metrics)
{
    public MetricFamily<Gauge.Child> Pending { get; } = metrics.SharedGauge(
        "outbox_pending", "Events that wait for delivery.", "module");

    public MetricFamily<Gauge.Child> OldestAge { get; } = metrics.SharedGauge(
        "outbox_oldest_age_seconds", "How long the oldest waiting event has waited: grows when the relay is stuck.", "module");

    public MetricFamily<Gauge.Child> DeadLetters { get; } = metrics.SharedGauge(
        "outbox_dead_letters", "Events that were given up and wait for an operator to redrive them.", "module");

    public MetricFamily<Counter.Child> Deliveries { get; } = metrics.Counter(
        "outbox_deliveries_total", "Deliveries by outcome: delivered, retried, dead.", "module", "event", "outcome");

    public MetricFamily<Latency> Delay { get; } = metrics.Latency(
        "outbox_delivery_delay_seconds", "From commit to handled: how far the modules are apart in time.",
        [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300], "module", "event");
}
