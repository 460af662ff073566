using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Observability.Settings;

/// <summary>The settings of observability that a host makes in code. What an operator may change is in the options classes.</summary>
public sealed class ObservabilitySettings
{
    private const int LongestRequestId = 128;

    /// <summary>The default settings of an application.</summary>
    public ObservabilitySettings(string applicationName) => (ServiceName, Namespace) = (applicationName, applicationName);

    /// <summary>
    /// The resource attributes <c>service.name</c> and <c>service.namespace</c>; <c>OTEL_SERVICE_NAME</c> overrides the first. The default is
    /// the name of the application.
    /// </summary>
    public string ServiceName { get; set; }

    /// <summary>
    /// The root namespace of the application; the default is the name of the application. Spans of its ActivitySources are kept, and its log
    /// categories have the level Information. The log categories and the meter of this package are in it, too
    /// (<c>Tills.Observability.HttpTelemetry</c>), so that one level governs all lines of the application.
    /// </summary>
    public string Namespace { get; set; }

    /// <summary>Version, commit and runtime, for the resource, <c>build_info</c> and <c>/version</c>. The default is the build of the entry assembly.</summary>
    public BuildInfo Build { get; set; } = BuildInfo.Current;

    /// <summary>
    /// How the application is split into processes, for <c>build_info</c>, <c>/health</c> and <c>/version</c>. The default is one process,
    /// <c>monolith</c>.
    /// </summary>
    public string Topology { get; set; } = "monolith";

    /// <summary>
    /// The owner of requests and log lines for which <see cref="OwnerOfRoute"/> and <see cref="OwnerOfCategory"/> return null; the default is
    /// the service itself.
    /// </summary>
    public Owner Owner { get => field ?? new(ServiceName, ServiceName); set; }

    /// <summary>Returns the owner of a route, written <c>/api/orders/:id</c>. Called once per endpoint, method and status.</summary>
    public Func<string, Owner?> OwnerOfRoute { get; set; } = static _ => null;

    /// <summary>Returns the owner of a log category. Called once per category.</summary>
    public Func<string, Owner?> OwnerOfCategory { get; set; } = static _ => null;

    /// <summary>The names of further ActivitySources that are listened to, outside <see cref="Namespace"/>; a star stands for any text.</summary>
    public IList<string> Sources { get; } = [];

    /// <summary>The names of the .NET meters on <c>/metrics/runtime</c>; a star stands for any text.</summary>
    public IList<string> Meters { get; } = ["System.Runtime", "System.Net.Http", "System.Net.NameResolution", "Microsoft.AspNetCore.*"];

    /// <summary>The instruments of those meters that are dropped, since other metrics or spans describe the same better. A dropped instrument costs nothing.</summary>
    public ISet<string> UnwantedInstruments { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "aspnetcore.routing.match_attempts", "aspnetcore.authentication.authenticate.duration", "aspnetcore.authorization.attempts", "http.server.active_requests",
    };

    /// <summary>The default log levels, by category. They are below every source of configuration, so that the host's settings override them.</summary>
    public IDictionary<string, LogLevel> LogLevels { get; } = new Dictionary<string, LogLevel>(StringComparer.OrdinalIgnoreCase)
    {
        ["Default"] = LogLevel.Information,
        ["Microsoft.AspNetCore"] = LogLevel.Warning,
        // This category logs whole addresses, query values included. Its level is set here, so that a change of its parent's level does not
        // enable it.
        ["Microsoft.AspNetCore.Hosting.Diagnostics"] = LogLevel.Warning,
        ["Microsoft.Hosting"] = LogLevel.Warning,
        // A failing probe would write a line a second. The change of a check's status is logged instead.
        ["Microsoft.Extensions.Diagnostics.HealthChecks"] = LogLevel.None,
        ["System.Net.Http"] = LogLevel.Warning,
    };

    /// <summary>Adds instrumentation that only the host knows: <c>t => t.AddNpgsql()</c>.</summary>
    public Action<TracerProviderBuilder>? Tracing { get; set; }

    /// <summary>
    /// Whether a value of the request header <c>X-Request-Id</c> is kept; a request without a valid one gets a new id. The default is 1–128
    /// visible ASCII characters.
    /// </summary>
    public Func<string, bool> IsRequestId { get; set; } = static id => id is { Length: > 0 and <= LongestRequestId } && !id.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>
    /// Whether a request is public traffic, which has a server span, HTTP metrics and a completion line. Probes and scrapes are not. It is
    /// asked before routing, with the path as it was sent.
    /// </summary>
    public Func<HttpContext, bool> IsPublicTraffic { get; set; } = IsNeitherProbeNorScrape;

    /// <summary>Whether a request comes from an operator: its health answers hold the details of checks tagged <c>for-operators</c>.</summary>
    public Func<HttpContext, bool> IsOperators { get; set; } = static _ => false;

    /// <summary>True for every path but <c>/health/**</c>, <c>/ready</c> and <c>/metrics/**</c>; the default of <see cref="IsPublicTraffic"/>.</summary>
    public static bool IsNeitherProbeNorScrape(HttpContext context)
    {
        var path = context.Request.Path;
        return !path.StartsWithSegments("/health") && !path.StartsWithSegments("/ready") && !path.StartsWithSegments("/metrics");
    }

    /// <summary>The log category of a part of this package. Log lines carry it, so that it does not follow the names of classes.</summary>
    /// <param name="part">Its name within the package: <c>HttpTelemetry</c>.</param>
    public string CategoryOf(string part) => $"{Namespace}.Observability.{part}";
}
