namespace ECommerce.Generate.Dashboards;

/// <summary>
/// The metrics of other programs that dashboards and alerts ask for. None of these programs is here to be asked, so each is written down
/// with where it is known from; whoever uses one more adds it.
/// </summary>
internal static class ForeignMetrics
{
    /// <param name="Name">Of the metric; for a histogram without <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</param>
    /// <param name="Type">As Prometheus calls it.</param>
    /// <param name="Labels">Those that may be asked for, besides <c>job</c> and <c>instance</c>.</param>
    /// <param name="Origin">What makes it; begins with the program's name.</param>
    public sealed record Metric(string Name, string Type, string[] Labels, string Origin)
    {
        /// <summary>Where this name and these labels are known from: a version that was seen running, or what could only be read.</summary>
        public string Seen => ForeignMetrics.Seen.Single(program => Origin.StartsWith(program.Key, StringComparison.Ordinal)).Value;
    }

    private static readonly Dictionary<string, string> Seen = new()
    {
        ["Prometheus"] = "seen running: 2.42 in these tests, 3.13.2 in the Compose file's own programs",
        ["Alertmanager"] = "seen running: 0.25 in these tests, 0.33.1 in the Compose file's own programs",
        ["postgres_exporter"] = "seen running: 0.11 in these tests, 0.20.1 in the Compose file's own programs",
        ["RabbitMQ"] = "seen running: 3.10.8 in these tests, on /metrics/per-object",
        ["haproxy"] = "seen running: 2.6.12, names and labels",
        ["KrakenD"] = "seen running: 2.13.8, names and labels",
        ["OpenTelemetry Collector"] = "seen running: 0.161, the names without and with _total; the labels are read in the documentation of 0.159",
    };

    public static readonly IReadOnlyList<Metric> All =
    [
        .. Of("Prometheus, of each scrape and each alert", [],
            ("up", "gauge"), ("scrape_duration_seconds", "gauge"), ("scrape_samples_scraped", "gauge")),
        new("ALERTS", "gauge", ["alertname", "alertstate", "severity", "module"], "Prometheus, of each scrape and each alert"),

        .. Of("Prometheus 2.42 and 3.x, of itself", ["rule_group"],
            ("prometheus_tsdb_head_series", "gauge"), ("prometheus_notifications_dropped_total", "counter"),
            ("prometheus_rule_group_last_duration_seconds", "gauge"), ("prometheus_rule_evaluation_failures_total", "counter"),
            ("prometheus_rule_group_iterations_missed_total", "counter")),

        .. Of("RabbitMQ 3.10 and later, of itself", ["queue", "vhost"],
            ("rabbitmq_queue_messages_ready", "gauge"), ("rabbitmq_queue_consumers", "gauge"),
            ("rabbitmq_disk_space_available_bytes", "gauge"), ("rabbitmq_disk_space_available_limit_bytes", "gauge"),
            ("rabbitmq_resident_memory_limit_bytes", "gauge"), ("rabbitmq_process_resident_memory_bytes", "gauge")),

        .. Of("haproxy, each server of a backend", ["proxy", "server", "state", "code"],
            ("haproxy_server_status", "gauge"), ("haproxy_server_http_responses_total", "counter")),

        .. Of("Alertmanager 0.25 and later, of itself", ["integration"],
            ("alertmanager_notifications_total", "counter"), ("alertmanager_notifications_failed_total", "counter")),

        // postgres_exporter 0.11 and 0.20 both have these; the second renamed others.
        .. Of("postgres_exporter, pg_stat_activity and pg_locks", ["datname", "state", "mode"],
            ("pg_stat_activity_max_tx_duration", "gauge"), ("pg_locks_count", "gauge")),

        // Histograms of seconds and bytes whose names say no unit: krakend-otel gives them none.
        .. Of("KrakenD, requests at its listener. A client who leaves is status 500", ["http_route", "http_request_method", "http_response_status_code", "url_scheme", "otel_scope_name"],
            ("http_server_duration", "histogram"), ("http_server_response_size", "histogram")),
        .. Of("KrakenD, calls to the host, with layers.backend.metrics.round_trip. A client who leaves is status 0", ["http_route", "http_request_method", "http_response_status_code", "clientname",
                "krakend_endpoint_route", "krakend_endpoint_method", "server_address", "server_port", "otel_scope_name"],
            ("http_client_duration", "histogram"), ("http_client_request_failed_count_total", "counter"),
            ("http_client_request_timedout_count_total", "counter"), ("http_client_request_canceled_count_total", "counter")),
        .. Of("KrakenD, its proxy stage, circuit breaker included", ["http_route", "http_request_method", "canceled", "complete", "error", "otel_scope_name"],
            ("krakend_proxy_duration", "histogram")),

        // A Prometheus reader that is configured adds _total only with without_type_suffix: false.
        .. Of("OpenTelemetry Collector, its own metrics", ["receiver"],
            ("otelcol_receiver_accepted_spans_total", "counter"), ("otelcol_receiver_accepted_log_records_total", "counter"),
            ("otelcol_receiver_refused_spans_total", "counter"), ("otelcol_receiver_refused_log_records_total", "counter")),
        .. Of("OpenTelemetry Collector, its own metrics", ["exporter"],
            ("otelcol_exporter_sent_spans_total", "counter"), ("otelcol_exporter_sent_log_records_total", "counter"),
            ("otelcol_exporter_send_failed_spans_total", "counter"), ("otelcol_exporter_send_failed_log_records_total", "counter"),
            ("otelcol_exporter_queue_size", "gauge"), ("otelcol_exporter_queue_capacity", "gauge")),
    ];

    private static IEnumerable<Metric> Of(string origin, string[] labels, params (string Name, string Type)[] metrics) =>
        metrics.Select(metric => new Metric(metric.Name, metric.Type, labels, origin));
}
