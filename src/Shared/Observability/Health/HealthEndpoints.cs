using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Observability.Settings;

namespace Observability.Health;

/// <summary>The endpoints for the probes of an orchestrator.</summary>
public static class HealthEndpoints
{
    /// <summary>
    /// Maps <c>/health/live</c>, <c>/health/ready</c>, <c>/health/startup</c>, their aliases <c>/health</c> and <c>/ready</c>, and
    /// <c>/version</c>. They answer 200 for healthy and degraded, 503 for unhealthy.
    /// </summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");

        Describe(group.MapGet("/health/live", Live), "GetLiveness", "Liveness: the process runs. No dependency is checked.");
        Describe(group.MapGet("/health/ready", Ready), "GetReadiness", "Readiness: the host's dependencies answer, and the host is not stopping.");
        Describe(group.MapGet("/health/startup", Startup), "GetStartup", "Startup: the host has finished starting.");
        Describe(group.MapGet("/health", Live), "GetHealth", "An alias of /health/live.");
        Describe(group.MapGet("/ready", Ready), "GetReady", "An alias of /health/ready.");
        group.MapGet("/version", Version).WithName("GetVersion").WithSummary("The version of the running build.");
        return group;
    }

    private static readonly IReadOnlyDictionary<string, object> NoDetails = new Dictionary<string, object>();

    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithSummary(summary)
        .Produces<HealthReply>()
        .Produces<HealthReply>(StatusCodes.Status503ServiceUnavailable);

    private static JsonHttpResult<HealthReply> Live(HttpContext context) => Answer(context, HealthStatus.Healthy, []);

    private static async Task<JsonHttpResult<HealthReply>> Ready(
        HttpContext context, [FromKeyedServices(HealthTags.Ready)] CachedHealthChecks probe, Readiness readiness)
    {
        var report = await probe.AskAsync().WaitAsync(context.RequestAborted);
        var checks = RepliesOf(report, context);
        // Not among the cached checks: a host that is about to stop answers 503 at once.
        checks[Readiness.Check] = new(readiness.IsEnabled ? "healthy" : "unhealthy", 0, readiness.Reason, new Dictionary<string, object>());
        return Answer(context, readiness.IsEnabled ? report.Status : HealthStatus.Unhealthy, checks);
    }

    private static async Task<JsonHttpResult<HealthReply>> Startup(HttpContext context, [FromKeyedServices(HealthTags.Startup)] CachedHealthChecks probe)
    {
        var report = await probe.AskAsync().WaitAsync(context.RequestAborted);
        return Answer(context, report.Status, RepliesOf(report, context));
    }

    private static VersionReply Version(ObservabilitySettings settings) =>
        new(settings.ServiceName, settings.Build.Version, settings.Build.Commit, settings.Build.Runtime, settings.Topology);

    private static Dictionary<string, CheckReply> RepliesOf(HealthReport report, HttpContext context)
    {
        var isOperators = context.RequestServices.GetRequiredService<ObservabilitySettings>().IsOperators(context);
        return report.Entries.ToDictionary(entry => entry.Key, entry => ReplyOf(entry.Value, isOperators || !entry.Value.Tags.Contains(HealthTags.ForOperators)));
    }

    private static CheckReply ReplyOf(HealthReportEntry check, bool withDetails) => new(
        Word(check.Status), Math.Round(check.Duration.TotalMilliseconds, 3), check.Description, withDetails ? check.Data : NoDetails);

    private static JsonHttpResult<HealthReply> Answer(HttpContext context, HealthStatus status, Dictionary<string, CheckReply> checks)
    {
        var services = context.RequestServices;
        var settings = services.GetRequiredService<ObservabilitySettings>();
        var strict = services.GetRequiredService<IOptions<HealthOptions>>().Value.DegradedIsUnhealthy;
        var isDown = status is HealthStatus.Unhealthy || (strict && status is HealthStatus.Degraded);

        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(
            new HealthReply(Word(status), settings.ServiceName, settings.Build.Version, settings.Topology, services.GetRequiredService<TimeProvider>().GetUtcNow(), checks),
            statusCode: isDown ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
