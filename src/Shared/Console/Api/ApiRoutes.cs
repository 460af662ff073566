using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Description;

namespace Observability.Console.Api;

/// <summary>Maps the read-only endpoints of this host's data. A summary names each query parameter as <c>?name</c>, from which the description is made.</summary>
internal static class ApiRoutes
{
    public static void MapApi(this IEndpointRouteBuilder api, IServiceProvider services)
    {
        var (traces, logs) = (services.GetRequiredService<TraceEndpoints>(), services.GetRequiredService<LogEndpoints>());
        api.MapGet("/traces", traces.ListAsync).WithName("SearchTraces")
            .WithSummary("Searches kept traces: ?filter, ?from, ?to, ?shortest, ?longest, ?sort=start|duration|spans|errors|name|module, ?limit, ?cursor; ?follow=true sends new spans as OTLP JSON, one document a line.");
        api.MapGet("/traces/{traceId}", traces.GetAsync).WithName("GetTraceSpans").WithSummary("The spans of a trace, as OTLP JSON: ?cursor.");
        api.MapGet("/logs", logs.ListAsync).WithName("SearchLogs")
            .WithSummary("Searches kept log records, the newest first, as OTLP JSON: ?filter, ?from, ?to, ?limit, ?cursor; ?follow=true sends new ones, one document a line.");
        var metrics = services.GetRequiredService<MetricEndpoints>();
        api.MapGet("/metrics", metrics.ListAsync).WithName("ListMetricFamilies").WithSummary("The families of the host's metrics that are sampled each second, with the number of their series.");
        api.MapGet("/metrics/{family}", metrics.GetAsync).WithName("QueryMetricFamily")
            .WithSummary("The series of a family over time: ?value=raw|rate|p50|p95|p99, ?match=label=value,…, ?by=label,…, ?from, ?to, ?step, ?window, ?limit, ?cursor; ?follow=true sends their newest values, one document a line.");
        api.MapAlerting();
        api.MapGet("/map", services.GetRequiredService<MapEndpoint>().GetAsync).WithName("GetServiceMap")
            .WithSummary("Which parts call which, from kept spans: ?from, ?to, with calls, errors and the 95th percentile of each edge.");
        api.MapGet("/differences", services.GetRequiredService<DifferencesEndpoint>().GetAsync).WithName("FindDifferences")
            .WithSummary("By which attributes traces differ from the rest: ?selected (a filter), or ?before, ?after (a time of begin), ?shortest, ?longest (a duration); of those in ?filter, ?from, ?to.");
        api.MapGet("/openapi.json", services.GetRequiredService<ApiDescription>().GetAsync).WithName("DescribeConsoleApi").WithSummary("The description of this API (OpenAPI 3.1).");
    }
}
