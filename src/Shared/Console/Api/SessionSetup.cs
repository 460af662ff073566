using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Access;
using Observability.Console.Sessions;

namespace Observability.Console.Api;

/// <summary>Sets up export and import of sessions.</summary>
internal static class SessionSetup
{
    private static readonly AuthorizationPolicy Operators =
        new AuthorizationPolicyBuilder(ConsoleAuthentication.Scheme).RequireRole(nameof(ConsoleRole.Operator)).Build();

    public static IServiceCollection AddSessions(this IServiceCollection services) =>
        services.AddSingleton<ImportedSessions>().AddSingleton<SessionEndpoints>().AddSingleton<ImportEndpoint>().AddSingleton<SessionExport>();

    /// <summary>Maps the endpoints. What takes memory of the host, or gives it back, is the operator's.</summary>
    public static void MapSessions(this IEndpointRouteBuilder api, IServiceProvider services)
    {
        var sessions = services.GetRequiredService<SessionEndpoints>();
        api.MapGet("/export", sessions.ExportAsync).WithName("ExportSession").WithSummary("What is kept of a time, as a zip of OTLP JSON lines: ?from, ?to.");
        api.MapGet("/sessions", sessions.ListAsync).WithName("ListSessions").WithSummary("The imported sessions.");
        api.MapPost("/import", services.GetRequiredService<ImportEndpoint>().PostAsync).WithName("ImportSession").RequireAuthorization(Operators)
            .WithSummary("Reads an exported zip into memory, to be looked at beside this host's own: ?name.");
        api.MapDelete("/sessions/{name}", sessions.RemoveAsync).WithName("RemoveSession").RequireAuthorization(Operators)
            .WithSummary("Forgets an imported session.");
    }
}
