using Observability.Metrics;
using Prometheus;

namespace ECommerce.Messaging;

/// <summary>The metrics of the outboxes: pending events, dead letters, deliveries and their delay.</summary>
public sealed class OutboxMetrics(MetricFamilies metrics)
{
    public MetricFamily<Gauge.Child> Pending { get; } = metrics.SharedGauge(
        "outbox_pending", "Events in the outbox that wait for delivery, by module.", "module");

    public MetricFamily<Gauge.Child> OldestAge { get; } = metrics.SharedGauge(
        "outbox_oldest_age_seconds", "Age of the oldest event that waits for delivery, in seconds. It grows while the relay is stuck.", "module");

    public MetricFamily<Gauge.Child> DeadLetters { get; } = metrics.SharedGauge(
        "outbox_dead_letters", "Dead letters: events whose delivery was given up until an operator redrives them.", "module");

    public MetricFamily<Counter.Child> Deliveries { get; } = metrics.Counter(
        "outbox_deliveries_total", "Deliveries of events, by outcome: delivered, retried or dead.", "module", "event", "outcome");

    public MetricFamily<Latency> Delay { get; } = metrics.Latency(
        "outbox_delivery_delay_seconds", "Time from the commit of an event to the end of its handling, in seconds.",
        [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300], "module", "event");
}
