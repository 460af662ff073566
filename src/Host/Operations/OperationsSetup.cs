using ECommerce.Web;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Observability.Context;
using Observability.Health;

namespace ECommerce.Host.Operations;

/// <summary>Maps the operations of the management listener.</summary>
internal static class OperationsSetup
{
    /// <summary>The reason in the answers of readiness.</summary>
    public const string TakenOut = "An operator has taken this host out of traffic.";

    /// <param name="NeedsKey">Whether the operation requires the management key.</param>
    /// <param name="NeedsSession">Whether it requires a session of the console, or a key that opens the console.</param>
    public sealed record Operation(string Method, string Path, string? Summary, bool NeedsKey, bool NeedsSession);

    private sealed record ReadinessState(string Host, bool Enabled, string? Reason);

    public static void MapOperations(this WebApplication app)
    {
        app.MapGet("/ops", List)
            .WithName("ListOperations")
            .WithSummary("Lists the operations of this listener.")
            .RequireListener(Listener.Management)
            .RejectsUnknownQueryParameters();
        app.MapOutboxOperations();
        app.MapTraceOperations();
        app.MapLogLevelOperations();
        foreach (var operations in app.Services.GetServices<IOperations>())
            operations.Map(app);
        app.MapPost("/ops/readiness/enable", Enable)
            .WithName("EnableReadiness")
            .WithSummary("Makes readiness succeed again.")
            .RequireManagementKey();
        app.MapPost("/ops/readiness/disable", Disable)
            .WithName("DisableReadiness")
            .WithSummary("Makes readiness fail: /health/ready answers 503, and everything else continues.")
            .RequireManagementKey();
    }

    /// <summary>The operations of the management listener, sorted by path.</summary>
    public static IEnumerable<Operation> List(EndpointDataSource endpoints) =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.Listeners().HasFlag(Listener.Management)
        let path = "/" + endpoint.RoutePattern.RawText?.TrimStart('/')
        where !IsPartOfConsole(path)
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [HttpMethods.Get]
        orderby path, method
        select new Operation(
            method, path, endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary, endpoint.Metadata.GetMetadata<ManagementKeyRequired>() is not null,
            endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null);

    // Its pages lead to each other, and its connection to a browser is no operation.
    private static bool IsPartOfConsole(string path) =>
        path.StartsWith("/console/", StringComparison.Ordinal) || path.StartsWith("/_", StringComparison.Ordinal);

    private static ReadinessState Enable(Readiness readiness, ServiceInstance instance)
    {
        readiness.Enable();
        return new(instance.Id, true, null);
    }

    private static ReadinessState Disable(Readiness readiness, ServiceInstance instance)
    {
        readiness.Disable(TakenOut);
        return new(instance.Id, false, readiness.Reason);
    }
}
