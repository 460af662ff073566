using System.Diagnostics;
using System.Globalization;
using ECommerce.Kernel;
using ECommerce.Modules;
using ECommerce.Text;
using ECommerce.Web;
using Observability.Tracing;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Host.Operations;

/// <summary>The operators' endpoints for recent traces, for a host without a tracing backend.</summary>
internal static class TraceOperations
{
    private const int UsuallyListed = 50;
    private const int LongestName = 256;

    // Parsed like durations of faults: 250ms, 2s, 00:00:00.250.
    private static readonly TimeSpan LongestSlowerThan = TimeSpan.FromHours(1);

    private sealed record Listed(string TraceId, string Name, DateTime StartedAt, double DurationMs, bool Failed);

    public static void MapTraceOperations(this WebApplication app)
    {
        app.MapGet("/ops/traces", List)
            .WithName("ListTraces")
            .WithSummary("Lists recent requests and deliveries, the newest first: ?failed=true|false, ?slowerThan=250ms, ?name=part of the name, ?module, ?limit=1..100. Kept only when Traces__Kept says so, as in Development.")
            .Produces<IEnumerable<Listed>>()
            .RequireManagementKey()
            .Refuses(CommonErrors.ValidationFailed);
        app.MapGet("/ops/traces/{traceId}", Get)
            .WithName("GetTrace")
            .WithSummary($"A trace as a tree, with the traces of the events that it sent. The first {TraceTree.ShortestId} digits of its id are enough.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .RequireManagementKey()
            .Refuses(CommonErrors.NotFound);
    }

    // All as text, so that each refusal names the parameter and its valid values.
    private static IResult List(
        RecentSpans recent, IEnumerable<IModule> modules, string? failed = null, string? slowerThan = null, string? name = null, string? module = null, string? limit = null)
    {
        string[] known = [.. modules.Select(one => one.Name)];
        if (failed is not (null or "true" or "false"))
            return Refuse(nameof(failed), "Must be true or false.");
        var least = TimeSpan.Zero;
        if (slowerThan is not null && (!StrictParser.TryReadDurationOrUnits(slowerThan, out least) || least < TimeSpan.Zero || least > LongestSlowerThan))
            return Refuse(nameof(slowerThan), $"Must be a time such as 00:00:00.500 or 500ms, between {TimeSpan.Zero:c} and {LongestSlowerThan:c}.");
        if (name is { Length: 0 or > LongestName })
            return Refuse(nameof(name), $"Must have 1 to {LongestName} characters.");
        if (module is not null && !known.Contains(module))
            return Refuse(nameof(module), $"Must be one of {string.Join(", ", known)}.");
        var most = UsuallyListed;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > ListRules.MaxLimit))
            return Refuse(nameof(limit), $"Must be between 1 and {ListRules.MaxLimit}.");

        var spans = recent.All;
        // The module is an attribute of the spans of commands and event handlers, below the listed one.
        var took = module is null ? null : spans.Where(span => span.GetTagItem("app.module") as string == module).Select(span => span.TraceId).ToHashSet();
        return TypedResults.Ok(spans
            .Where(span => IsListed(span)
                && (failed is null || Failed(span) == (failed == "true"))
                && (slowerThan is null || span.Duration > least)
                && (name is null || span.DisplayName.Contains(name, StringComparison.OrdinalIgnoreCase))
                && (took is null || took.Contains(span.TraceId)))
            .OrderByDescending(span => span.StartTimeUtc)
            .Take(most)
            .Select(span => new Listed(span.TraceId.ToHexString(), span.DisplayName, span.StartTimeUtc, span.Duration.TotalMilliseconds, Failed(span))));
    }

    private static bool IsListed(Activity span) => span.Kind is ActivityKind.Server or ActivityKind.Consumer;

    private static bool Failed(Activity span) => span.Status is ActivityStatusCode.Error;

    private static Problem Refuse(string field, string message) => new(CommonErrors.ValidationFailed.At(field, message));

    private static IResult Get(string traceId, RecentSpans recent) => TraceTree.Write(traceId, recent.All) is { } tree
        ? TypedResults.Text(tree)
        : new Problem(CommonErrors.NotFound.Because("No span of that trace is kept: Traces__Kept says how many are."));
}
