using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>
/// KrakenD ignores what it does not know, and its schema lets through typing errors in some sections and what only the Enterprise edition
/// does. So every key is on a list here: what the documentation of the community edition 2.13 names, section by section.
/// </summary>
public sealed class GatewayKeysTests
{
    private const string Anything = "*";

    private static readonly Dictionary<string, string> Known = new()
    {
        [""] = "$schema @comment version name port host endpoints extra_config timeout cache_ttl output_encoding listen_ip read_timeout read_header_timeout " +
            "write_timeout idle_timeout max_header_bytes dialer_timeout dialer_fallback_delay dialer_keep_alive disable_compression disable_keep_alives " +
            "expect_continue_timeout idle_connection_timeout max_idle_connections max_idle_connections_per_host response_header_timeout dns_cache_ttl " +
            "max_shutdown_wait_time sequential_start",
        ["extra_config"] = "router auth/validator security/cors security/http telemetry/logging telemetry/logstash telemetry/opentelemetry",
        ["extra_config.router"] = "auto_options disable_access_log disable_handle_method_not_allowed disable_health disable_path_decoding " +
            "disable_redirect_fixed_path disable_redirect_trailing_slash error_body forwarded_by_client_ip health_path hide_version_header logger_skip_paths " +
            "max_multipart_memory remote_ip_headers remove_extra_slash return_error_msg trusted_proxies",
        ["extra_config.router.error_body"] = "404 405",
        ["extra_config.router.error_body.404"] = Anything,
        ["extra_config.router.error_body.405"] = Anything,
        ["extra_config.auth/validator"] = "shared_cache_duration",
        ["extra_config.security/cors"] = "allow_credentials allow_headers allow_methods allow_origins allow_private_network debug expose_headers max_age " +
            "options_passthrough options_success_status",
        ["extra_config.security/http"] = "allowed_hosts allowed_hosts_are_regex browser_xss_filter content_security_policy content_type_nosniff " +
            "custom_frame_options_value force_sts_header frame_deny host_proxy_headers hpkp_public_key is_development referrer_policy ssl_host " +
            "ssl_proxy_headers ssl_redirect sts_include_subdomains sts_seconds",
        ["extra_config.telemetry/logging"] = "level prefix syslog stdout syslog_facility format custom_format",
        ["extra_config.telemetry/logstash"] = "enabled",
        ["extra_config.telemetry/opentelemetry"] = "deploy_env exporters histograms layers metric_reporting_period service_name service_version skip_paths trace_sample_rate",
        ["extra_config.telemetry/opentelemetry.exporters"] = "otlp prometheus",
        ["extra_config.telemetry/opentelemetry.exporters.otlp"] = "name host port use_http disable_metrics disable_traces custom_metric_reporting_period",
        ["extra_config.telemetry/opentelemetry.exporters.prometheus"] = "name port listen_ip process_metrics go_metrics disable_metrics custom_metric_reporting_period",
        ["extra_config.telemetry/opentelemetry.layers"] = "global proxy backend",
        ["extra_config.telemetry/opentelemetry.layers.global"] = "disable_metrics disable_traces disable_propagation report_headers skip_headers " +
            "metrics_static_attributes traces_static_attributes semantic_convention",
        ["extra_config.telemetry/opentelemetry.layers.proxy"] = "disable_metrics disable_traces report_headers skip_headers metrics_static_attributes traces_static_attributes",
        ["extra_config.telemetry/opentelemetry.layers.backend"] = "metrics traces",
        ["extra_config.telemetry/opentelemetry.layers.backend.metrics"] = "disable_stage round_trip read_payload detailed_connection static_attributes",
        ["extra_config.telemetry/opentelemetry.layers.backend.traces"] = "disable_stage round_trip read_payload detailed_connection report_headers skip_headers static_attributes",
        ["endpoints"] = "@comment endpoint method output_encoding input_headers input_query_strings extra_config backend timeout cache_ttl concurrent_calls",
        ["endpoints.extra_config"] = "auth/validator qos/ratelimit/router",
        ["endpoints.extra_config.auth/validator"] = "alg audience auth_header_name cache cache_duration disable_jwk_security failed_jwk_key_cooldown issuer jwk_url " +
            "key_identify_strategy leeway operation_debug propagate_claims roles roles_key roles_key_is_nested scopes scopes_key scopes_matcher",
        ["endpoints.extra_config.qos/ratelimit/router"] = "capacity client_capacity client_max_rate max_rate every strategy key cleanup_period cleanup_threads num_shards",
        ["endpoints.backend"] = "host url_pattern method encoding extra_config",
        ["endpoints.backend.extra_config"] = "qos/circuit-breaker qos/ratelimit/proxy",
        ["endpoints.backend.extra_config.qos/circuit-breaker"] = "interval timeout max_errors name log_status_change",
        ["endpoints.backend.extra_config.qos/ratelimit/proxy"] = "max_rate capacity every",
    };

    [Fact]
    public void Every_key_is_one_that_the_community_edition_knows()
    {
        Unknown(KrakendFile.Made.Read(), "").ShouldBeEmpty();
        Unknown(KrakendFile.MadeForServices.Read(), "").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"extra_config": {"qos/ratelimit/service": {}}}""", "extra_config: qos/ratelimit/service")]
    [InlineData("""{"extra_config": {"telemetry/logging": {"access_log_format": "json"}}}""", "extra_config.telemetry/logging: access_log_format")]
    [InlineData("""{"extra_config": {"router": {"max_payload": 1}}}""", "extra_config.router: max_payload")]
    [InlineData("""{"extra_config": {"security/cors": {"allow_origin": ["*"]}}}""", "extra_config.security/cors: allow_origin")]
    [InlineData("""{"endpoints": [{"backend": [{"extra_config": {"qos/circuit-breaker/http": {}}}]}]}""", "endpoints.backend.extra_config: qos/circuit-breaker/http")]
    public void What_costs_a_license_or_is_misspelt_is_found(string file, string found) => Unknown(JsonNode.Parse(file)!, "").ShouldBe([found]);

    [Fact]
    public void No_path_is_a_wildcard() =>
        GatewayRoute.All().Where(route => route.Text("endpoint").Contains('*', StringComparison.Ordinal)).ShouldBeEmpty("KrakenD's Enterprise edition alone knows them");

    private static IEnumerable<string> Unknown(JsonNode? node, string section)
    {
        if (node is JsonArray items)
            return items.SelectMany(item => Unknown(item, section));
        if (node is not JsonObject members || Known.GetValueOrDefault(section) == Anything)
            return [];
        var known = Known.GetValueOrDefault(section, "").Split(' ');
        return members.SelectMany(member => known.Contains(member.Key)
            ? Unknown(member.Value, section.Length == 0 ? member.Key : $"{section}.{member.Key}")
            : [$"{section}: {member.Key}"]);
    }
}
