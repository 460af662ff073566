using Microsoft.AspNetCore.Http;
using OpenTelemetry.Trace;

namespace ECommerce.Observability;

/// <summary>What a host tells its observability in code; what an operator may change is in the options classes.</summary>
public sealed class ObservabilitySettings
{
    /// <summary>The resource's <c>service.name</c> and <c>service.namespace</c>; <c>OTEL_SERVICE_NAME</c> overrides the first.</summary>
    public string ServiceName { get; set; } = "ecommerce";

    /// <summary>Version, commit and runtime, for the resource, <c>build_info</c> and <c>/version</c>.</summary>
    public BuildInfo Build { get; set; } = BuildInfo.Current;

    /// <summary>The ActivitySources whose spans are kept; a star stands for any text.</summary>
    public IList<string> Sources { get; } = ["ECommerce.*"];

    /// <summary>The .NET meters that <c>/metrics/runtime</c> shows; a star stands for any text.</summary>
    public IList<string> Meters { get; } = ["System.Runtime", "System.Net.Http", "System.Net.NameResolution", "Microsoft.AspNetCore.*", "Npgsql"];

    /// <summary>Adds the instrumentation of libraries that only the host knows: <c>t => t.AddNpgsql()</c>.</summary>
    public Action<TracerProviderBuilder>? Tracing { get; set; }

    /// <summary>
    /// Which requests are somebody's: they get a server span, HTTP metrics and a completion line. Probes and scrapes do not.
    /// Asked before routing, so it sees the path as it came in.
    /// </summary>
    public Func<HttpContext, bool> IsPublicTraffic { get; set; } = IsNeitherProbeNorScrape;

    /// <summary>Which requests are an operator's: their health answers hold the details of checks tagged <see cref="Health.HealthTags.ForOperators"/>.</summary>
    public Func<HttpContext, bool> IsOperators { get; set; } = static _ => false;

    /// <summary>True for every path but <c>/health/**</c>, <c>/ready</c> and <c>/metrics/**</c>; the default of <see cref="IsPublicTraffic"/>.</summary>
    public static bool IsNeitherProbeNorScrape(HttpContext context)
    {
        var path = context.Request.Path;
        return !path.StartsWithSegments("/health") && !path.StartsWithSegments("/ready") && !path.StartsWithSegments("/metrics");
    }
}
