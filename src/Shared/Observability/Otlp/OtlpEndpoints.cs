using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

namespace Observability.Otlp;

/// <summary>The OTLP endpoint of each signal, read from OpenTelemetry's environment variables.</summary>
internal static class OtlpEndpoints
{
    public const string Disabled = "OTEL_SDK_DISABLED";

    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    // Each exists for all signals, and for a single signal, which overrides it.
    private static readonly string[] PerSignal = ["PROTOCOL", "HEADERS", "TIMEOUT", "COMPRESSION"];

    /// <summary>The exporter's options for a signal; null when the signal is not exported.</summary>
    /// <param name="configuration">The host's.</param>
    /// <param name="signal">As in the variables: <c>TRACES</c>, <c>LOGS</c> or <c>METRICS</c>.</param>
    public static OtlpExporterOptions? Of(IConfiguration configuration, string signal)
    {
        var own = Text(configuration, $"{Prefix}{signal}_ENDPOINT");
        if (!IsWanted(configuration, signal) || (own ?? Text(configuration, $"{Prefix}ENDPOINT")) is null)
            return null;
        var options = Read(new ConfigurationBuilder().AddConfiguration(configuration)
            .AddInMemoryCollection(PerSignal.Select(what => KeyValuePair.Create($"{Prefix}{what}", Text(configuration, $"{Prefix}{signal}_{what}") ?? configuration[$"{Prefix}{what}"])))
            .Build());
        // The endpoint of a single signal is used as it is; to the common one the exporter appends a path.
        if (Uri.TryCreate(own, UriKind.Absolute, out var address))
            options.Endpoint = address;
        return options;
    }

    /// <summary>Copies the options of a signal to an exporter that the SDK creates.</summary>
    public static void CopyTo(this OtlpExporterOptions from, OtlpExporterOptions to, bool hasOwnEndpoint)
    {
        (to.Protocol, to.Headers, to.TimeoutMilliseconds, to.Compression) = (from.Protocol, from.Headers, from.TimeoutMilliseconds, from.Compression);
        if (hasOwnEndpoint)
            to.Endpoint = from.Endpoint;
    }

    /// <summary>Whether <c>OTEL_SDK_DISABLED</c> is true.</summary>
    public static bool IsDisabled(IConfiguration configuration) => Is(configuration, Disabled, "true");

    /// <summary>Whether a signal has an endpoint of its own.</summary>
    public static bool HasOwnEndpoint(IConfiguration configuration, string signal) => Text(configuration, $"{Prefix}{signal}_ENDPOINT") is not null;

    // Spans and log records unless `none`; metrics, which are scraped, only when `otlp` asks for them.
    private static bool IsWanted(IConfiguration configuration, string signal) => signal is "METRICS"
        ? Is(configuration, "OTEL_METRICS_EXPORTER", "otlp")
        : !Is(configuration, $"OTEL_{signal}_EXPORTER", "none");

    private static bool Is(IConfiguration configuration, string name, string value) => string.Equals(configuration[name], value, StringComparison.OrdinalIgnoreCase);

    private static string? Text(IConfiguration configuration, string name) => configuration[name] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    // The exporter reads OTEL_EXPORTER_OTLP_* only when it also adds its own processor, which would not count its losses. Therefore it is
    // added to a service collection from which nothing else is used.
    private static OtlpExporterOptions Read(IConfiguration configuration)
    {
        var services = new ServiceCollection().AddSingleton(configuration);
        services.AddOpenTelemetry().WithTracing(traces => traces.AddOtlpExporter());
        using var container = services.BuildServiceProvider();
        return container.GetRequiredService<IOptionsFactory<OtlpExporterOptions>>().Create(Options.DefaultName);
    }
}
