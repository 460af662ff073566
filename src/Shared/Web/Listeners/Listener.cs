using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Web;

/// <summary>The listeners of the host. A route belongs to the public one unless it requires another.</summary>
[Flags]
public enum Listener
{
    Public = 1,
    Management = 2,

    /// <summary>For the other hosts of the shop, where modules are in hosts of their own.</summary>
    Internal = 4,
    Both = Public | Management,
}

/// <summary>
/// Extension methods that bind connections and endpoints to a listener. A request's listener is that of its socket, whatever the Host
/// header says.
/// </summary>
public static class ListenerExtensions
{
    private sealed record ListenerFeature(Listener Listener);

    private sealed record ListenerMetadata(Listener Listener);

    /// <summary>Assigns every connection of this socket to the listener.</summary>
    public static void SetListener(this ListenOptions options, Listener listener)
    {
        var feature = new ListenerFeature(listener);
        options.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });
    }

    public static Listener Listener(this HttpContext context) => context.Features.Get<ListenerFeature>()?.Listener ?? Web.Listener.Public;

    /// <summary>The listeners on which an endpoint with this metadata is served.</summary>
    public static Listener Listeners(this IEnumerable<object> metadata) => metadata.OfType<ListenerMetadata>().LastOrDefault()?.Listener ?? Web.Listener.Public;

    public static TBuilder RequireListener<TBuilder>(this TBuilder endpoint, Listener listener) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new ListenerMetadata(listener));

    /// <summary>
    /// Adds the middleware that hides the routes of one listener from the other, as if none had matched. It comes directly after routing.
    /// </summary>
    public static IApplicationBuilder UseListeners(this IApplicationBuilder app)
    {
        var endpoints = app.ApplicationServices.GetRequiredService<EndpointDataSource>();
        return app.Use((context, next) =>
        {
            if (context.GetEndpoint() is { } endpoint && (ListenersOf(endpoint, context.Request.Path, endpoints) & context.Listener()) == 0)
                context.SetEndpoint(null);
            return next(context);
        });
    }

    // For a 405, routing selects an endpoint of its own, without the metadata of the endpoints that it stands for.
    private static Listener ListenersOf(Endpoint endpoint, PathString path, EndpointDataSource endpoints) => endpoint is RouteEndpoint
        ? endpoint.Metadata.GetMetadata<ListenerMetadata>()?.Listener ?? Web.Listener.Public
        : endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(known => path.StartsWithSegments($"/{FirstSegment(known)}"))
            .Aggregate(default(Listener), (listeners, known) => listeners | known.Metadata.Listeners());

    private static string? FirstSegment(RouteEndpoint endpoint) =>
        endpoint.RoutePattern.PathSegments is [{ Parts: [RoutePatternLiteralPart part] }, ..] ? part.Content : null;
}
