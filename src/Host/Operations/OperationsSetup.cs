using ECommerce.Observability;
using ECommerce.Observability.Health;
using ECommerce.Web;
using Microsoft.AspNetCore.Http.Metadata;

namespace ECommerce.Host.Operations;

/// <summary>What an operator may do to a running host, behind the management listener.</summary>
internal static class OperationsSetup
{
    /// <param name="NeedsKey">Whether only the management key opens it.</param>
    public sealed record Operation(string Method, string Path, string? Summary, bool NeedsKey);

    private sealed record ReadinessState(string Host, bool Enabled, string? Reason);

    public static void MapOperations(this WebApplication app)
    {
        app.MapGet("/ops", List)
            .WithName("ListOperations")
            .WithSummary("What can be asked at this listener.")
            .On(Listener.Management)
            .RefusesUnknownQuery();
        app.MapOutboxOperations();
        app.MapTraceOperations();
        app.MapLogLevelOperations();
        app.MapProfilingOperations();
        foreach (var operations in app.Services.GetServices<IOperations>())
            operations.Map(app);
        app.MapPost("/ops/readiness/enable", Enable)
            .WithName("EnableReadiness")
            .WithSummary("Asks for traffic again.")
            .RequireManagementKey();
        app.MapPost("/ops/readiness/disable", Disable)
            .WithName("DisableReadiness")
            .WithSummary("Asks who sends traffic to turn away: /health/ready answers 503, everything else goes on.")
            .RequireManagementKey();
    }

    /// <summary>Everything that the management listener answers, in the order of paths.</summary>
    public static IEnumerable<Operation> List(EndpointDataSource endpoints) =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.Listeners().HasFlag(Listener.Management)
        let path = "/" + endpoint.RoutePattern.RawText?.TrimStart('/')
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get]
        orderby path, method
        select new Operation(
            method, path, endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary, endpoint.Metadata.GetMetadata<ManagementKeyRequired>() is not null);

    private static ReadinessState Enable(Readiness readiness, ServiceInstance instance)
    {
        readiness.Enable();
        return new(instance.Id, true, null);
    }

    private static ReadinessState Disable(Readiness readiness, ServiceInstance instance)
    {
        readiness.Disable("An operator has taken this host out of traffic.");
        return new(instance.Id, false, readiness.Reason);
    }
}
