using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>The files of the collector, and of Jaeger, which is one: what they name is declared, and what they declare is used.</summary>
public sealed partial class CollectorTests
{
    private const string Collector = "deploy/otel-collector/config.yaml";
    private const string Jaeger = "deploy/jaeger/config.yaml";

    /// <summary>The types that these programs know, among those that are used here (0.159 of the collector, 2.19 of Jaeger).</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        [Collector] =
        [
            "receivers: otlp", "receivers: fluent_forward", "processors: filter", "processors: memory_limiter", "processors: batch", "processors: tail_sampling", "processors: transform", "processors: resource",
            "connectors: span_metrics", "exporters: otlp_grpc", "exporters: otlp_http", "extensions: health_check",
        ],
        [Jaeger] =
        [
            "receivers: otlp", "processors: batch", "exporters: jaeger_storage_exporter",
            "extensions: jaeger_storage", "extensions: jaeger_query", "extensions: healthcheckv2",
        ],
    };

    private static readonly string[] Kinds = ["receivers", "processors", "exporters"];

    [Theory]
    [InlineData(Collector)]
    [InlineData(Jaeger)]
    public void Every_component_that_is_used_is_declared_and_every_declared_one_is_used(string file)
    {
        var root = new DeployFile(file).Read();
        var connectors = Declared(root, "connectors");
        foreach (var kind in Kinds)
        {
            var declared = Declared(root, kind).Concat(kind == "processors" ? [] : connectors);
            Pipelines(root).SelectMany(pipeline => Names(pipeline.Value, kind)).Distinct().ShouldBe(declared, ignoreOrder: true, $"{kind} of {file}");
        }

        Names(root["service"]!, "extensions").ShouldBe(Declared(root, "extensions"), ignoreOrder: true);
    }

    [Theory]
    [InlineData(Collector)]
    [InlineData(Jaeger)]
    public void Every_component_is_of_a_type_that_the_program_knows(string file)
    {
        var root = new DeployFile(file).Read();

        Kinds.Concat(["connectors", "extensions"]).SelectMany(kind => Declared(root, kind), (kind, name) => $"{kind}: {Type(name)}").Except(Known[file]).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Collector)]
    [InlineData(Jaeger)]
    public void A_receiver_listens_where_other_containers_reach_it(string file)
    {
        var receivers = new DeployFile(file).Read()["receivers"]!.AsObject();
        foreach (var (name, listener) in receivers.SelectMany(receiver => receiver.Value!["protocols"]?.AsObject().AsEnumerable() ?? [receiver]))
            ((string?)listener!["endpoint"]).ShouldStartWith("0.0.0.0:", Case.Sensitive, name);
    }

    [Fact]
    public void A_full_memory_is_noticed_first_and_batches_are_made_last()
    {
        foreach (var pipeline in Pipelines(new DeployFile(Collector).Read()))
        {
            var processors = Names(pipeline.Value, "processors");
            processors.First().ShouldBe("memory_limiter", pipeline.Key);
            if (processors.Contains("batch"))
                processors.Last().ShouldBe("batch", pipeline.Key);
        }
    }

    [Fact]
    public void Spans_are_measured_before_any_is_sampled_away()
    {
        var measured = Pipelines(new DeployFile(Collector).Read()).Where(pipeline => Names(pipeline.Value, "exporters").Contains("span_metrics")).ShouldHaveSingleItem();

        Names(measured.Value, "receivers").ShouldBe(["otlp"]);
        Names(measured.Value, "processors").Select(Type).ShouldNotContain("tail_sampling");
    }

    [Fact]
    public void Traces_go_to_Jaeger_lines_to_Loki_and_only_the_metrics_of_spans_to_Prometheus()
    {
        var pipelines = Pipelines(new DeployFile(Collector).Read());

        Roads("traces").ShouldBe(["otlp > span_metrics", "otlp > otlp_grpc/jaeger"], ignoreOrder: true);
        Roads("logs").ShouldBe(["otlp > otlp_http/loki", "fluent_forward/gateway > otlp_http/loki"]);
        Roads("metrics").ShouldBe(["span_metrics > otlp_http/prometheus"], "what is scraped from the shop is not pushed, too");

        IEnumerable<string> Roads(string signal) => pipelines.Where(pipeline => pipeline.Key.Split('/')[0] == signal)
            .SelectMany(pipeline => Names(pipeline.Value, "receivers"), (pipeline, from) => (pipeline, from))
            .SelectMany(road => Names(road.pipeline.Value, "exporters"), (road, to) => $"{road.from} > {to}");
    }

    [Fact]
    public void What_a_backend_does_not_take_waits_and_is_sent_again_both_bounded()
    {
        foreach (var (name, exporter) in new DeployFile(Collector).Read()["exporters"]!.AsObject())
        {
            ((bool?)exporter!["sending_queue"]?["enabled"]).ShouldBe(true, name);
            ((int?)exporter["sending_queue"]!["queue_size"]).ShouldNotBeNull(name).ShouldBeInRange(100, 1000, name);
            ((bool?)exporter["retry_on_failure"]?["enabled"]).ShouldBe(true, name);
            ((string?)exporter["retry_on_failure"]!["max_elapsed_time"]).ShouldBe("2m", name);
        }
    }

    [Fact]
    public void The_lines_of_the_gateway_come_by_the_daemon_and_lose_what_customers_search_for()
    {
        var gateway = ComposeFile.Services["krakend"].Settings["logging"]!;
        var (driver, address) = ((string?)gateway["driver"], (string?)gateway["options"]!["fluentd-address"]);
        var published = ComposeFile.Services["otel-collector"].Ports.Select(port => (At: $"{port.Address}:{port.Published}", port.Inside)).ToList();
        var root = new DeployFile(Collector).Read();

        driver.ShouldBe("fluentd");
        ((string?)gateway["options"]!["fluentd-async"]).ShouldBe("true", "the gateway starts and runs without a collector");
        var inside = published.Single(port => port.At == address).Inside;
        ((string?)root["receivers"]!["fluent_forward/gateway"]!["endpoint"]).ShouldBe($"0.0.0.0:{inside}");
        var statements = root["processors"]!["transform/gateway_lines"]!["log_statements"]!.AsArray().Select(statement => (string)statement!).ToList();
        statements.ShouldContain("""set(resource.attributes["service.name"], "ecommerce-gateway")""");
        statements.ShouldContain(statement => statement.Contains("log.trace_id.string", StringComparison.Ordinal));
        // As the collector does, to a line as it was seen.
        var pattern = ReplacedInLines().Match(statements.Single(statement => statement.StartsWith("replace_pattern(", StringComparison.Ordinal))).Groups["pattern"].Value;
        Regex.Replace("""Get "http://shop:5080/api/products?search=alice@example.com&limit=3": context canceled""", Unescape().Replace(pattern, "$1"), "?")
            .ShouldBe("""Get "http://shop:5080/api/products?": context canceled""");
    }

    [Fact]
    public void Failed_and_slow_traces_are_always_kept_and_all_others_unless_told_otherwise()
    {
        var policies = new DeployFile(Collector).Read()["processors"]!["tail_sampling"]!["policies"]!.AsArray();
        JsonNode Policy(string type) => policies.Single(policy => (string?)policy!["type"] == type)![type]!;

        Policy("status_code")["status_codes"]!.AsArray().Select(status => (string)status!).ShouldBe(["ERROR"]);
        ((int)Policy("latency")["threshold_ms"]!).ShouldBe(500, "that is the objective for latency");
        ((string?)Policy("probabilistic")["sampling_percentage"]).ShouldBe("${env:TRACE_SAMPLE_PERCENT:-100}");
        ComposeFile.Services["otel-collector"].Environment["TRACE_SAMPLE_PERCENT"].ShouldBe("${TRACE_SAMPLE_PERCENT:-100}");
    }

    [Fact]
    public void Jaeger_reads_traces_from_where_it_writes_them()
    {
        var root = new DeployFile(Jaeger).Read();

        var storage = root["extensions"]!["jaeger_storage"]!["backends"]!.AsObject().ShouldHaveSingleItem().Key;
        ((string?)root["extensions"]!["jaeger_query"]!["storage"]!["traces"]).ShouldBe(storage);
        ((string?)root["exporters"]!["jaeger_storage_exporter"]!["trace_storage"]).ShouldBe(storage);
    }

    [Fact]
    public void Loki_takes_lines_by_OTLP()
    {
        var root = new DeployFile("deploy/loki/config.yaml").Read();

        var schema = root["schema_config"]!["configs"]!.AsArray().ShouldHaveSingleItem()!;
        ((string?)schema["schema"]).ShouldBe("v13");
        ((string?)schema["store"]).ShouldBe("tsdb");
        ((bool?)root["limits_config"]!["allow_structured_metadata"]).ShouldBe(true);
        ((bool?)root["compactor"]!["retention_enabled"]).ShouldBe(true, "without it retention_period deletes nothing");
        root["compactor"]!["delete_request_store"].ShouldNotBeNull("Loki does not start with retention and without it");
    }

    [Fact]
    public void The_collectors_own_counters_end_in_total_as_the_dashboards_ask_for_them()
    {
        var reader = new DeployFile(Collector).Read()["service"]!["telemetry"]!["metrics"]!["readers"]!.AsArray().ShouldHaveSingleItem()!;

        ((bool?)reader["pull"]!["exporter"]!["prometheus"]!["without_type_suffix"]).ShouldBe(false);
    }

    private static JsonObject Pipelines(JsonNode root) => root["service"]!["pipelines"]!.AsObject();

    private static IEnumerable<string> Declared(JsonNode root, string kind) => (root[kind]?.AsObject() ?? []).Select(one => one.Key);

    private static string[] Names(JsonNode? of, string kind) => [.. (of?[kind]?.AsArray() ?? []).Select(name => (string)name!)];

    private static string Type(string component) => component.Split('/')[0];

    [GeneratedRegex("""^replace_pattern\(log\.body, "(?<pattern>.*)", "\?"\)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex ReplacedInLines();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Unescape();
}
