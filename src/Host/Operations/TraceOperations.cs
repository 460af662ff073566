using System.Diagnostics;
using ECommerce.Kernel;
using ECommerce.Observability.Tracing;
using ECommerce.Platform.Http;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Host.Operations;

/// <summary>A look at the traces that ended last, where there is no Jaeger at hand.</summary>
internal static class TraceOperations
{
    private const int MostListed = 50;

    private sealed record Listed(string TraceId, string Name, DateTime StartedAt, double DurationMs, bool Failed);

    public static void MapTraceOperations(this WebApplication app)
    {
        app.MapGet("/ops/traces", List)
            .WithName("ListTraces")
            .WithSummary("The requests and deliveries that began last, the newest first. Kept only when Traces__Kept says so, as in Development.")
            .RequireManagementKey();
        app.MapGet("/ops/traces/{traceId}", Get)
            .WithName("GetTrace")
            .WithSummary("One trace as a tree, with the traces that it set going across an outbox.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .RequireManagementKey()
            .Refuses(CommonErrors.NotFound);
    }

    private static IEnumerable<Listed> List(RecentSpans recent) => recent.All
        .Where(span => span.Kind is ActivityKind.Server or ActivityKind.Consumer)
        .OrderByDescending(span => span.StartTimeUtc)
        .Take(MostListed)
        .Select(span => new Listed(
            span.TraceId.ToHexString(), span.DisplayName, span.StartTimeUtc, span.Duration.TotalMilliseconds, span.Status is ActivityStatusCode.Error));

    private static IResult Get(string traceId, RecentSpans recent) => TraceTree.Write(traceId, recent.All) is { } tree
        ? TypedResults.Text(tree)
        : new Problem(CommonErrors.NotFound.Because("No span of that trace is kept: Traces__Kept says how many are."));
}
