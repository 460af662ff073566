namespace ECommerce.Benchmarks;

/// <summary>How much of the shop is observed: each step adds one signal to the one before, so that the differences are the price of each.</summary>
/// <param name="Name">What the step adds.</param>
/// <param name="IsScraped">Whether both metrics pages are fetched every second.</param>
/// <param name="Settings">The environment of the host.</param>
internal sealed record Watching(string Name, bool IsScraped, params (string Name, string Value)[] Settings)
{
    private static readonly (string, string)[] Silent =
        [("Logging__LogLevel__Default", "None"), ("Logging__LogLevel__ECommerce", "None"), ("Logging__LogLevel__Microsoft.AspNetCore", "None")];

    private static readonly (string, string) Untraced = ("OTEL_TRACES_SAMPLER", "always_off");

    /// <summary>Everything: all three signals, each trace kept, JSON lines to a file, scraped, and sent to a collector.</summary>
    public static Watching Fully(Uri collector) => new("+ OTLP", true,
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));

    public static IReadOnlyList<Watching> Steps(Uri collector) =>
    [
        new("house", false, [.. Silent, Untraced]),
        new("+ scrapes", true, [.. Silent, Untraced]),
        new("+ logs", true, Untraced),
        new("+ traces", true),
        Fully(collector),
    ];
}
