using ECommerce.Hosting;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.RabbitMq;

/// <summary>The metrics of the message broker. A host that needs no broker has none of their series.</summary>
internal sealed class BrokerMetrics(MetricFamilies metrics) : IEagerSingleton
{
    public MetricFamily<Gauge.Child> Connected { get; } = metrics.Gauge(
        "broker_connected", "Whether this host is connected to the message broker: 1 or 0. While it is 0 the host's events stay in its outboxes.", "address");

    public MetricFamily<Counter.Child> Published { get; } = metrics.Counter(
        "broker_published_total",
        "Events published to the message broker, by outcome: confirmed, unroutable (no queue takes it), refused (a full queue), too_large, or failed (no confirmation).",
        "module", "event", "outcome");

    public MetricFamily<Counter.Child> Republished { get; } = metrics.Counter(
        "broker_republished_total", "Events published again because not every receiver had acknowledged them in time. A rise means a receiver that is slow or away.", "module", "event");

    public MetricFamily<Latency> PublishDuration { get; } = metrics.Latency(
        "broker_publish_duration_seconds", "Time from the publication of an event to the broker's confirmation, in seconds.",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5], "module");

    public MetricFamily<Counter.Child> Received { get; } = metrics.Counter(
        "broker_received_total", "Events received from the message broker, by the receiving module and outcome: handled, failed, or malformed.", "module", "event", "outcome");

    public MetricFamily<Counter.Child> Redelivered { get; } = metrics.Counter(
        "broker_redelivered_total", "Events that the broker delivered again, since a host ended before it had answered. The inbox makes them harmless.", "module", "event");

    public MetricFamily<Counter.Child> Receipts { get; } = metrics.Counter(
        "broker_receipts_total", "Receipts that reached the sending module, by outcome: acknowledged, failed, or late (the outbox no longer has the event).", "module", "outcome");

    public MetricFamily<Counter.Child> Broadcasts { get; } = metrics.Counter(
        "broker_broadcasts_total", "Broadcasts that passed the message broker, by the publishing module and direction: sent or received.", "module", "direction");

    /// <summary>Nothing: the families are declared by the constructor, also in a host that needs no broker, so that every host declares the same.</summary>
    public void Make()
    {
    }
}
