using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Observability.Context;

namespace ECommerce.Web;

/// <summary>The middleware that sets the security headers of the OWASP Secure Headers Project.</summary>
internal static class SecurityHeaders
{
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Set when the response starts, because the exception handler clears headers that were set before.
        context.Response.OnStarting(Set, context);
        return next(context);
    });

    private static Task Set(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        var isConsole = IsConsole(context);
        // With no-referrer a browser sends `Origin: null` with a form.
        headers["Referrer-Policy"] = isConsole ? "same-origin" : "no-referrer";
        // The HTML pages run their own embedded script and style; API answers run nothing.
        headers.ContentSecurityPolicy = isConsole ? "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'"
            : context.Request.Path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase)
            ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'"
            : "default-src 'none'; frame-ancestors 'none'";
        // For operators only: others must not learn how many hosts there are.
        if (context.Listener() == Listener.Management)
            headers[ServiceInstance.Header] = context.RequestServices.GetRequiredService<ServiceInstance>().Id;
        return Task.CompletedTask;
    }

    private static bool IsConsole(HttpContext context) => context.Listener() == Listener.Management
        && (context.Request.Path.StartsWithSegments("/console") || context.Request.Path.StartsWithSegments("/_blazor"));
}
