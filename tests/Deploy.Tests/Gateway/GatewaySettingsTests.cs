using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ECommerce.Web;

namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>What the gateway is told besides its routes.</summary>
public sealed partial class GatewaySettingsTests
{
    private static readonly string[] TraceContext = ["traceparent", "tracestate", "baggage", "*"];

    private static readonly JsonNode Root = KrakendFile.Made.Read();
    private static readonly JsonNode Service = Root["extra_config"]!;

    [Fact]
    public void The_gateway_reaches_the_public_listener_and_nothing_else()
    {
        GatewayRoute.Texts(Root["host"]).ShouldBe(["http://shop:5080"]);
        GatewayRoute.All().SelectMany(route => route.Backends).Where(backend => backend!["host"] is not null).ShouldBeEmpty("the one above is for all");
        KrakendFile.Made.Text.ShouldNotContain("5081");
        Address().Matches(KrakendFile.Made.Text).Select(address => address.Value).Distinct().ShouldBe(["http://shop:5080"]);
    }

    [Fact]
    public void The_ports_are_those_that_others_know()
    {
        var exporters = Service["telemetry/opentelemetry"]!["exporters"]!;
        var otlp = exporters["otlp"]!.AsArray().ShouldHaveSingleItem()!;
        var prometheus = exporters["prometheus"]!.AsArray().ShouldHaveSingleItem()!;

        Root["port"]!.GetValue<int>().ShouldBe(8080);
        ($"{otlp["host"]}", otlp["port"]!.GetValue<int>(), otlp["use_http"]!.GetValue<bool>()).ShouldBe(("otel-collector", 4317, false));
        (prometheus["port"]!.GetValue<int>(), prometheus["listen_ip"]).ShouldBe((9091, null));
    }

    [Fact]
    public void Every_duration_has_one_unit()
    {
        var durations = Texts(Root, "").Where(text => Duration().IsMatch(text.Name)).ToArray();

        durations.ShouldNotBeEmpty();
        durations.Where(text => !OneUnit().IsMatch(text.Value)).ShouldBeEmpty();
    }

    [Fact]
    public void The_host_gives_up_before_the_gateway_does_and_hangs_up_after_it()
    {
        var timeout = Time(Root["timeout"]);
        timeout.ShouldBeGreaterThan(new LimitsOptions().RequestTimeout);
        timeout.ShouldBeLessThan(Time(Root["read_timeout"]), "a deadline of the connection ends the request as well");
        timeout.ShouldBeLessThan(Time(Root["write_timeout"]));
        GatewayRoute.All().Where(route => route.Node["timeout"] is not null).ShouldBeEmpty("the one above is for all");
        Time(Root["idle_connection_timeout"]).ShouldBeLessThan(new ConnectionsOptions().KeepAliveTimeout);
        Root["max_header_bytes"]!.GetValue<int>().ShouldBe(new ConnectionsOptions().HeaderBytes);
    }

    [Fact]
    public void One_client_reaches_the_gateway_s_limits_before_the_host_s()
    {
        var host = new LimitsOptions();
        foreach (var route in GatewayRoute.All())
        {
            var rate = route.Rate.ShouldNotBeNull(route.Call);
            rate["strategy"]!.GetValue<string>().ShouldBe("ip", route.Call);
            rate["key"].ShouldBeNull("a header would let a client choose whom its requests are counted for");
            PerSecond(route).ShouldBeInRange(0.1, host.RequestsPerSecond, route.Call);
            rate["client_capacity"]!.GetValue<int>().ShouldBeInRange(1, host.Burst, route.Call);
            rate["max_rate"]!.GetValue<int>().ShouldBeGreaterThan(rate["client_max_rate"]!.GetValue<int>(), $"{route}: one client must not be all of them");
            rate["capacity"]!.GetValue<int>().ShouldBeGreaterThan(rate["client_capacity"]!.GetValue<int>(), route.Call);
        }
    }

    [Fact]
    public void What_is_dear_is_limited_more_strictly_than_what_is_read()
    {
        var routes = GatewayRoute.All().ToDictionary(route => route.Call);
        double Of(string call) => PerSecond(routes[call]);

        Of("POST /api/users").ShouldBe(Of("POST /api/users/login"));
        Of("POST /api/users/login").ShouldBeLessThan(Of("POST /api/orders"));
        Of("POST /api/orders").ShouldBe(Of("POST /api/orders/{id}/pay"));
        Of("POST /api/orders").ShouldBeLessThan(Of("POST /api/products"));
        Of("POST /api/products").ShouldBeLessThan(Of("GET /api/products"));
        // Whoever guesses passwords is told so by the host, which counts failures and not requests.
        routes["POST /api/users/login"].Rate!["client_capacity"]!.GetValue<int>().ShouldBeGreaterThan(new LimitsOptions().FailedLoginsPerMinute);
    }

    [Fact]
    public void A_client_cannot_choose_the_address_that_its_requests_are_counted_for()
    {
        var router = Service["router"]!;

        router["forwarded_by_client_ip"].ShouldNotBeNull("left out, KrakenD believes everybody").GetValue<bool>().ShouldBeFalse();
        (router["trusted_proxies"], router["remote_ip_headers"], router["app_engine"]).ShouldBe((null, null, null));
    }

    [Fact]
    public void The_gateway_tells_nobody_what_is_behind_it()
    {
        var router = Service["router"]!;

        router["return_error_msg"]!.GetValue<bool>().ShouldBeFalse();
        router["hide_version_header"]!.GetValue<bool>().ShouldBeTrue();
        (Root["debug_endpoint"], Root["echo_endpoint"]).ShouldBe((null, null));
    }

    [Fact]
    public void Every_route_has_a_circuit_breaker_counted_in_whole_seconds()
    {
        foreach (var breaker in GatewayRoute.All().SelectMany(route => route.Backends).Select(backend => backend!["extra_config"]?["qos/circuit-breaker"]))
        {
            breaker.ShouldNotBeNull();
            foreach (var key in (string[])["interval", "timeout", "max_errors"])
                breaker[key]!.GetValue<int>().ShouldBePositive(key);
        }
    }

    [Fact]
    public void A_circuit_breaker_is_named_after_its_route_so_that_a_line_says_which_one_opened()
    {
        var names = GatewayRoute.All().Select(route => (route.Text("@comment"), Breaker: route.Backends.Single()!["extra_config"]!["qos/circuit-breaker"]!["name"]!.GetValue<string>())).ToList();

        names.ShouldAllBe(name => name.Item1 == name.Breaker);
        names.Select(name => name.Breaker).ShouldBeUnique();
    }

    [Fact]
    public void The_keys_that_all_routes_share_are_kept_as_long_as_those_of_one() =>
        Service["auth/validator"]!["shared_cache_duration"]!.GetValue<int>().ShouldBe(GatewayRoute.All().Select(route => route.Validator).OfType<JsonNode>().First()["cache_duration"]!.GetValue<int>());

    [Fact]
    public void A_page_of_any_origin_may_ask_and_brings_no_cookies()
    {
        var cors = Service["security/cors"]!;

        cors["allow_credentials"]!.GetValue<bool>().ShouldBeFalse();
        GatewayRoute.Texts(cors["allow_methods"]).ShouldBe(GatewayRoute.All().Select(route => route.Text("method")).Distinct(), ignoreOrder: true);
        GatewayRoute.Texts(cors["allow_headers"]).ShouldBe(GatewayRoute.All()[0].Headers, ignoreOrder: true);
        GatewayRoute.Texts(cors["expose_headers"]).ShouldBe(
            ["ETag", "Location", "Idempotency-Replayed", "Retry-After", "WWW-Authenticate", "X-Trace-Id", "X-Request-Id"], ignoreOrder: true);
    }

    [Fact]
    public void Every_request_begins_a_trace_that_goes_on_to_the_host_and_no_header_is_written_down()
    {
        var layers = Service["telemetry/opentelemetry"]!["layers"]!;

        layers["global"]!["disable_propagation"]!.GetValue<bool>().ShouldBeTrue("a client's trace context is not continued");
        Service["telemetry/opentelemetry"]!["trace_sample_rate"]!.GetValue<double>().ShouldBe(1, "KrakenD injects nothing for a span that is not recorded");
        layers["global"]!["disable_traces"]!.GetValue<bool>().ShouldBeFalse();
        layers["backend"]!["traces"]!["round_trip"]!.GetValue<bool>().ShouldBeTrue("without it no traceparent is sent");
        foreach (var layer in new[] { layers["global"], layers["proxy"], layers["backend"]!["traces"] })
            layer!["report_headers"]!.GetValue<bool>().ShouldBeFalse();
        GatewayRoute.Texts(Service["telemetry/opentelemetry"]!["skip_paths"]).ShouldBe(["/__health"]);
    }

    [Fact]
    public void No_client_s_trace_context_reaches_the_host()
    {
        foreach (var route in GatewayRoute.All())
            route.Headers.ShouldNotContain(name => TraceContext.Contains(name, StringComparer.OrdinalIgnoreCase), route.Call);
        GatewayRoute.Texts(Service["security/cors"]!["allow_headers"]).ShouldNotContain(name => TraceContext.Contains(name, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_metrics_are_scraped_under_the_names_that_alerts_and_dashboards_read()
    {
        var telemetry = Service["telemetry/opentelemetry"]!;

        telemetry["layers"]!["global"]!["semantic_convention"].ShouldBeNull("http_server_duration would become http_server_request_duration_seconds");
        telemetry["exporters"]!["otlp"]![0]!["disable_metrics"]!.GetValue<bool>().ShouldBeTrue("every series has one source");
        telemetry["exporters"]!["prometheus"]![0]!["disable_metrics"].ShouldBeNull();
    }

    [Fact]
    public void Every_line_of_the_log_is_JSON()
    {
        var logging = Service["telemetry/logging"]!;

        Service["telemetry/logstash"]!["enabled"]!.GetValue<bool>().ShouldBeTrue();
        ($"{logging["format"]}", $"{logging["custom_format"]}").ShouldBe(("custom", "%{message}"));
        Service["router"]!["disable_access_log"]!.GetValue<bool>().ShouldBeTrue("it is text, and names addresses");
    }

    private static double PerSecond(GatewayRoute route) => route.Rate!["client_max_rate"]!.GetValue<double>() / Time(route.Rate["every"]).TotalSeconds;

    private static TimeSpan Time(JsonNode? duration)
    {
        var text = duration.ShouldNotBeNull().GetValue<string>();
        OneUnit().IsMatch(text).ShouldBeTrue(text);
        var number = double.Parse(text.TrimEnd('h', 'm', 's', 'u', 'n'), CultureInfo.InvariantCulture);
        return text[^1] == 'h' ? TimeSpan.FromHours(number) : text[^1] == 'm' ? TimeSpan.FromMinutes(number)
            : text.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(number) : TimeSpan.FromSeconds(number);
    }

    private static IEnumerable<(string Name, string Value)> Texts(JsonNode? node, string name) => node switch
    {
        JsonObject members => members.SelectMany(member => Texts(member.Value, member.Key)),
        JsonArray items => items.SelectMany(item => Texts(item, name)),
        JsonValue value when value.TryGetValue<string>(out var text) => [(name, text)],
        _ => [],
    };

    [GeneratedRegex(@"timeout$|^every$|_time$|_age$|_ttl$|cooldown$|_delay$|_period$|leeway$|_keep_alive$")]
    private static partial Regex Duration();

    [GeneratedRegex(@"^\d+(ns|us|ms|s|m|h)$")]
    private static partial Regex OneUnit();

    [GeneratedRegex(@"http://[^/""]+")]
    private static partial Regex Address();
}
