using System.Globalization;

namespace Observability.Otlp;

/// <summary>An environment variable of the OpenTelemetry specification, and its effect in this host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsObeyed">Whether it has an effect.</param>
/// <param name="Effect">The effect, or why there is none; a sentence of docs/settings.md.</param>
/// <param name="Rule">The valid values, to follow "must be"; null where every value is valid.</param>
/// <param name="Fits">Whether a value is valid.</param>
public sealed record OtelVariable(string Name, bool IsObeyed, string Effect, string? Rule = null, Func<string, bool>? Fits = null)
{
    private static readonly string[] Signals = ["TRACES", "LOGS", "METRICS"];

    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary>
    /// The variables of the specification's pages on the SDK and on the OTLP exporter
    /// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/, https://opentelemetry.io/docs/specs/otel/protocol/exporter/).
    /// </summary>
    public static IReadOnlyList<OtelVariable> All { get; } =
    [
        Truth("OTEL_SDK_DISABLED", "`true`: nothing is exported, whatever else is set. Metrics, log lines, trace ids in answers and the spans that are kept in memory stay."),
        Obeyed("OTEL_SERVICE_NAME", "`service.name` of every signal, in place of the name that the host gives itself."),
        Obeyed("OTEL_RESOURCE_ATTRIBUTES", "Added to the resource of every exported signal."),
        Not("OTEL_LOG_LEVEL", "The SDK of .NET has no logger of its own. `telemetry_dropped_total` and the line `telemetry.export_failed` tell of failed exports."),
        Words("OTEL_PROPAGATORS", "Only the default is there: W3C trace context and baggage, and both from trusted peers alone.", "tracecontext,baggage"),
        Words("OTEL_TRACES_SAMPLER", "Which traces are kept. A parent that is not sampled is followed only from a trusted peer.", Samplers),
        new("OTEL_TRACES_SAMPLER_ARG", true, "The share of `traceidratio` and `parentbased_traceidratio`.", "a number between 0 and 1",
            text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1),
        .. Batches("OTEL_BSP", "spans"),
        .. Batches("OTEL_BLRP", "log records"),
        Not("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "Values are cut to 256 characters, on every span and log record, exported or not."),
        Not("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "As above."),
        Not("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "As above."),
        Count("OTEL_ATTRIBUTE_COUNT_LIMIT", "Attributes of a span or log record that are exported.", 1),
        Count("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "Attributes of a span that are exported.", 1),
        Count("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "Attributes of a log record that are exported.", 1),
        Count("OTEL_SPAN_EVENT_COUNT_LIMIT", "Events of a span that are exported; none unless set, since exceptions are log records.", 0),
        Count("OTEL_SPAN_LINK_COUNT_LIMIT", "Links of a span that are exported.", 0),
        Count("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "Attributes of a span's event that are exported.", 0),
        Count("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "Attributes of a span's link that are exported.", 0),
        new("OTEL_EXPORTER_OTLP_ENDPOINT", true, "Where spans, log records and, if asked for, metrics go. With `http/protobuf`, `/v1/traces` and its like are appended. There is no default: without an endpoint nothing is exported.", Address, IsAddress),
        .. Signals.Select(signal => new OtelVariable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT", true, "The same for this signal alone, and nothing is appended.", Address, IsAddress)),
        .. PerSignal("PROTOCOL", "The protocol; `grpc` unless set.", (name, effect) => Words(name, effect, "grpc", "http/protobuf")),
        .. PerSignal("HEADERS", "Headers of each export, `name=value,name=value`, percent-encoded.", Obeyed),
        .. PerSignal("TIMEOUT", "Milliseconds that one export may take; 10000 unless set.", (name, effect) => Count(name, effect, 1)),
        .. PerSignal("COMPRESSION", "How exports are compressed; not at all unless set.", (name, effect) => Words(name, effect, "none", "gzip")),
        .. PerSignal("INSECURE", "The scheme of the endpoint says whether TLS is used.", Not),
        .. ForAll("CERTIFICATE", "A file with the certificates that the collector's is checked against."),
        .. ForAll("CLIENT_CERTIFICATE", "A file with the certificate that the host shows to the collector."),
        .. ForAll("CLIENT_KEY", "A file with the key of that certificate."),
        Words("OTEL_TRACES_EXPORTER", "`none`: spans are not exported.", "otlp", "none"),
        Words("OTEL_LOGS_EXPORTER", "`none`: log records are not exported. Lines on stdout stay.", "otlp", "none"),
        Words("OTEL_METRICS_EXPORTER", "`otlp`: the meters of .NET and its libraries are exported too. The host's own metrics are scraped at `/metrics`, whatever is set.", "none", "otlp", "prometheus"),
        Words("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "The temporality of exported metrics.", "cumulative", "delta", "lowmemory"),
        Words("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "The aggregation of exported histograms.", "explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
        Count("OTEL_METRIC_EXPORT_INTERVAL", "Milliseconds between two exports of metrics; 60000 unless set.", 1),
        Count("OTEL_METRIC_EXPORT_TIMEOUT", "Milliseconds that an export of metrics may take, its collection included.", 1),
        Not("OTEL_METRICS_EXEMPLAR_FILTER", "Exemplars are on the host's own metrics: one a second, and every slow or failed observation."),
        Not("OTEL_EXPORTER_PROMETHEUS_HOST", "Metrics are scraped at an address of the host itself."),
        Not("OTEL_EXPORTER_PROMETHEUS_PORT", "As above."),
        Not("OTEL_EXPORTER_ZIPKIN_ENDPOINT", "Zipkin's exporter is not built in; the Collector speaks its protocol."),
        Not("OTEL_EXPORTER_ZIPKIN_TIMEOUT", "As above."),
        Not("OTEL_CONFIG_FILE", "The SDK of .NET reads no such file yet."),
    ];

    private const string Address = "an absolute http or https address, such as http://127.0.0.1:4317";

    private static IEnumerable<OtelVariable> Batches(string prefix, string what) =>
    [
        Count($"{prefix}_SCHEDULE_DELAY", $"Milliseconds that {what} may wait for a batch.", 1),
        Count($"{prefix}_EXPORT_TIMEOUT", $"Milliseconds that a batch of {what} may take.", 1),
        Count($"{prefix}_MAX_QUEUE_SIZE", $"How many {what} may wait; what comes after is dropped and counted.", 1),
        Count($"{prefix}_MAX_EXPORT_BATCH_SIZE", $"How many {what} one batch holds at most.", 1),
    ];

    private static IEnumerable<OtelVariable> PerSignal(string what, string effect, Func<string, string, OtelVariable> make) =>
        [make($"OTEL_EXPORTER_OTLP_{what}", effect), .. Signals.Select(signal => make($"OTEL_EXPORTER_OTLP_{signal}_{what}", "The same for this signal alone."))];

    private static IEnumerable<OtelVariable> ForAll(string what, string effect) =>
    [
        new($"OTEL_EXPORTER_OTLP_{what}", true, effect, "a file that can be read", File.Exists),
        .. Signals.Select(signal => Not($"OTEL_EXPORTER_OTLP_{signal}_{what}", "The exporter of .NET has one for all signals.")),
    ];

    private static OtelVariable Obeyed(string name, string effect) => new(name, true, effect);

    private static OtelVariable Not(string name, string reason) => new(name, false, reason);

    private static OtelVariable Truth(string name, string effect) => Words(name, effect, "true", "false");

    private static OtelVariable Words(string name, string effect, params string[] words) => new(
        name, true, effect, words is [var one] ? one : $"one of {string.Join(", ", words)}", text => words.Contains(text, StringComparer.OrdinalIgnoreCase));

    private static OtelVariable Count(string name, string effect, int least) => new(
        name, true, effect, $"a whole number from {least} on", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least);

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "http" or "https", Host.Length: > 0 };
}
