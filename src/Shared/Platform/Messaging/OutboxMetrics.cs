using Prometheus;

namespace ECommerce.Platform.Messaging;

/// <summary>What is on its way between modules, what is stuck, and how long delivery takes.</summary>
internal sealed class OutboxMetrics(IMetricFactory metrics)
{
    public Gauge Pending { get; } = metrics.CreateGauge(
        "outbox_pending", "Events that wait for delivery.", ["module"]);

    public Gauge OldestAge { get; } = metrics.CreateGauge(
        "outbox_oldest_age_seconds", "How long the oldest waiting event has waited: grows when the relay is stuck.", ["module"]);

    public Gauge DeadLetters { get; } = metrics.CreateGauge(
        "outbox_dead_letters", "Events that were given up and wait for an operator to redrive them.", ["module"]);

    public Counter Deliveries { get; } = metrics.CreateCounter(
        "outbox_deliveries_total", "Deliveries by outcome: delivered, retried, dead.", ["module", "event", "outcome"]);

    public Histogram Delay { get; } = metrics.CreateHistogram(
        "outbox_delivery_delay_seconds", "From commit to handled: how far the modules are apart in time.", ["module", "event"],
        new HistogramConfiguration { Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300] });
}
