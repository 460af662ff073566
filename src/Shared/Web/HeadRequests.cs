using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// Handles HEAD as GET without a body (RFC 9110, section 9.3.2). Only routing sees a GET; limits, telemetry and the server, which
/// suppresses the body, see HEAD.
/// </summary>
internal static class HeadRequests
{
    private sealed class IsHead
    {
        public static readonly IsHead Instance = new();
    }

    /// <summary>Adds routing in which HEAD matches the endpoints of GET.</summary>
    public static IApplicationBuilder UseRoutingWithHead(this IApplicationBuilder app)
    {
        app.Use(static (context, next) =>
        {
            if (HttpMethods.IsHead(context.Request.Method))
            {
                context.Features.Set(IsHead.Instance);
                context.Request.Method = HttpMethods.Get;
            }
            return next(context);
        });
        app.UseRouting();
        return app.Use(static (context, next) =>
        {
            if (context.Features.Get<IsHead>() is not null)
                context.Request.Method = HttpMethods.Head;
            return next(context);
        });
    }

    /// <summary>Adds HEAD to the Allow header of a 405, which routing does not list.</summary>
    public static void Allow(HttpResponse response)
    {
        var allowed = response.Headers.Allow.ToString();
        if (allowed.Split(", ") is var methods && methods.Contains(HttpMethods.Get) && !methods.Contains(HttpMethods.Head))
            response.Headers.Allow = $"{allowed}, {HttpMethods.Head}";
    }
}
