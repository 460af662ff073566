using System.Globalization;
using System.Text;

namespace ECommerce.Generate.Telemetry;

/// <summary>docs/telemetry.md, made from what the code declares.</summary>
internal static class TelemetryPage
{
    public const string Path = "docs/telemetry.md";

    /// <summary>The text of the page.</summary>
    /// <param name="declared">The metrics, spans and log lines.</param>
    /// <param name="rounds">The names of the periodic jobs.</param>
    public static string Write(Declared declared, IReadOnlyList<string> rounds)
    {
        var page = new StringBuilder();
        page.Append("""
            # What the host tells

            Made from the code by `make generate`. `tests/Signals.Tests` fails when the host tells something that is not here, or never tells something that is. [observability.md](observability.md) explains how to read it.

            ## Metrics

            `/metrics` on the management listener: text 0.0.4, or OpenMetrics 1.0 with exemplars when asked for. Labels are few and finite; a label set beyond `Metrics__SeriesPerFamily` counts in one series whose labels all say `_overflow`. ✳ marks those whose samples carry exemplars, the trace and span in which they were made. A *shared* metric describes the database: every host exports the same value, so queries aggregate hosts with `max` and not with `sum`.

            | Metric | Type | Labels | Meaning |
            |---|---|---|---|

            """);
        foreach (var metric in declared.Metrics)
            page.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}`{(metric.Exemplars ? " ✳" : "")} | {metric.Type}{(metric.IsShared ? ", shared" : "")}{Buckets(metric.Buckets)} | {Codes(metric.Labels)} | {metric.Help} |\n");

        page.Append($"""

            `/metrics/runtime` on the same listener shows the .NET meters {Codes(declared.Meters)} under [OpenTelemetry's names](https://opentelemetry.io/docs/specs/semconv/runtime/dotnet-metrics/).

            ## Spans

            Resource: `service.name`, `service.namespace`, `service.version`, `service.instance.id`, `deployment.environment.name`. Each module has an ActivitySource named as its assembly. What stands in braces varies and never holds data. Status Error and `error.type` are for our faults only; an exception is told once, by a log record on the context of its span.

            | Span | Kind | Meaning | Attributes | When they apply | Links |
            |---|---|---|---|---|---|

            """);
        foreach (var span in declared.Spans.OrderBy(span => span.Name, StringComparer.Ordinal))
            page.Append(CultureInfo.InvariantCulture, $"| `{span.Name}` | {span.Kind.ToString().ToLowerInvariant()} | {span.Meaning} | {Codes(span.Always)} | {Codes(span.Sometimes)} | {(span.LinksTo is not { } target ? "" : span.AlwaysLinks ? $"`{target}`" : target)} |\n");

        page.Append(CultureInfo.InvariantCulture, $$"""

            The rounds are: {{string.Join(", ", rounds.Order(StringComparer.Ordinal).Select(round => $"`{round}`"))}}.

            ## Log lines

            One flat JSON object a line on stdout. Any line may have {{Codes(CommonFields.All)}}; `sampled` is there, and false, when the trace is not kept. Text is cut to 256 characters, messages to 1,024; a stack trace that was written within `Noise__StackInterval` is counted in `exception.repetitions` instead. `command.finished` has the ids that the command names besides.

            | Event | Level | Template | Properties |
            |---|---|---|---|

            """);
        foreach (var line in declared.Lines)
            page.Append(CultureInfo.InvariantCulture, $"| `{line.Event}` | {line.Level} | `{line.Template}` | {Codes(line.Properties)} |\n");
        return page.ToString().ReplaceLineEndings("\n");
    }

    private static string Buckets(IReadOnlyList<double>? buckets) =>
        buckets is null ? "" : $": {string.Join(' ', buckets.Select(bound => bound.ToString(CultureInfo.InvariantCulture)))}";

    private static string Codes(IReadOnlyList<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));
}
