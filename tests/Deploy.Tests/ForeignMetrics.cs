namespace ECommerce.Deploy.Tests;

/// <summary>
/// The metrics of other programs that dashboards and alerts ask for. None of these programs is here to be asked, so each is written down
/// with where it is known from; whoever uses one more adds it.
/// </summary>
internal static class ForeignMetrics
{
    /// <param name="Name">Of the metric; for a histogram without <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</param>
    /// <param name="Type">As Prometheus calls it.</param>
    /// <param name="Labels">Those that may be asked for, besides <c>job</c> and <c>instance</c>.</param>
    /// <param name="Origin">What makes it.</param>
    public sealed record Metric(string Name, string Type, string[] Labels, string Origin);

    public static readonly IReadOnlyList<Metric> All =
    [
        .. Of("Prometheus, of each scrape and each alert", [],
            ("up", "gauge"), ("scrape_duration_seconds", "gauge"), ("scrape_samples_scraped", "gauge")),
        new("ALERTS", "gauge", ["alertname", "alertstate", "severity", "module"], "Prometheus, of each scrape and each alert"),

        .. Of("Prometheus 2.42 and 3.x, of itself", ["rule_group"],
            ("prometheus_tsdb_head_series", "gauge"), ("prometheus_notifications_dropped_total", "counter"),
            ("prometheus_rule_group_last_duration_seconds", "gauge"), ("prometheus_rule_evaluation_failures_total", "counter"),
            ("prometheus_rule_group_iterations_missed_total", "counter")),

        .. Of("Alertmanager 0.25 and later, of itself", ["integration"],
            ("alertmanager_notifications_total", "counter"), ("alertmanager_notifications_failed_total", "counter")),

        // postgres_exporter 0.11 and 0.20 both have these; the second renamed others.
        .. Of("postgres_exporter, pg_stat_activity and pg_locks", ["datname", "state", "mode"],
            ("pg_stat_activity_max_tx_duration", "gauge"), ("pg_locks_count", "gauge")),

        // OpenTelemetry's Prometheus exporter in KrakenD writes no unit behind the name: krakend-otel gives its histograms none. Seconds and bytes.
        .. Of("KrakenD 2.13, krakend-otel: http/server/metrics.go", ["http_route", "http_request_method", "http_response_status_code"],
            ("http_server_duration", "histogram"), ("http_server_response_size", "histogram")),
        .. Of("KrakenD 2.13, krakend-otel: http/client/transport_metrics.go, with layers.backend.metrics.round_trip", ["http_route", "http_request_method", "http_response_status_code", "krakend_endpoint"],
            ("http_client_duration", "histogram"), ("http_client_request_failed_count_total", "counter"),
            ("http_client_request_timedout_count_total", "counter"), ("http_client_request_canceled_count_total", "counter")),

        // A Prometheus reader that is configured adds _total, as long as without_type_suffix is not set.
        .. Of("OpenTelemetry Collector 0.159, its own metrics", ["receiver"],
            ("otelcol_receiver_accepted_spans_total", "counter"), ("otelcol_receiver_accepted_log_records_total", "counter"),
            ("otelcol_receiver_refused_spans_total", "counter"), ("otelcol_receiver_refused_log_records_total", "counter")),
        .. Of("OpenTelemetry Collector 0.159, its own metrics", ["exporter"],
            ("otelcol_exporter_sent_spans_total", "counter"), ("otelcol_exporter_sent_log_records_total", "counter"),
            ("otelcol_exporter_send_failed_spans_total", "counter"), ("otelcol_exporter_send_failed_log_records_total", "counter"),
            ("otelcol_exporter_queue_size", "gauge"), ("otelcol_exporter_queue_capacity", "gauge")),
    ];

    private static IEnumerable<Metric> Of(string origin, string[] labels, params (string Name, string Type)[] metrics) =>
        metrics.Select(metric => new Metric(metric.Name, metric.Type, labels, origin));
}
