using ECommerce.Testing;

namespace ECommerce.Deploy.Tests.PromQl;

/// <summary>The series that Prometheus makes of others.</summary>
internal static class RecordingRules
{
    private const string Folder = "deploy/prometheus/rules";

    private static readonly string[] Windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

    // What the rules are to be called, as long as there is no file of them.
    private static readonly string[] Agreed =
    [
        "module:http_requests:rate5m", "module:http_server_errors:rate5m", "module:http_client_errors:rate5m",
        "module:http_server_errors:ratio_rate5m", "module:http_client_errors:ratio_rate5m",
        .. new[] { "p50", "p95", "p99" }.Select(quantile => $"module:http_request_duration_seconds:{quantile}_5m"),
        .. Windows.Select(window => $"module:slo_availability_errors:ratio_rate{window}"),
        .. Windows.Select(window => $"module:slo_latency_errors:ratio_rate{window}"),
        "slo:availability:objective", "slo:latency:objective",
        "module:slo_availability:error_budget_remaining_ratio", "module:slo_latency:error_budget_remaining_ratio",
        "http_request_total", "http_client_errors_total", "http_server_errors_total",
    ];

    public static IReadOnlyList<string> Names() => Directory.Exists(Path.Combine(Repository.Root, Folder))
        ? [.. from file in DeployFile.In(Folder, "*.yml")
              from rules in file.Read()["groups"]!.AsArray()
              from rule in rules!["rules"]!.AsArray()
              where rule!["record"] is not null
              select rule["record"]!.GetValue<string>()]
        : Agreed;

    /// <summary>The labels of a rule's series: what stands before the first colon says them, and what has no colon is spelled as in the specification.</summary>
    public static string[] LabelsOf(string name) => name.Split(':') switch
    {
        ["module", ..] => ["module"],
        [_, _, ..] => [],
        _ => ["service", "method", "path", "status"],
    };
}
