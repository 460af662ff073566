using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Observability.Console.Access;

/// <summary>The security headers of the console's answers. A host that has stricter ones sets them later, when the answer starts.</summary>
internal static class ConsoleHeaders
{
    /// <summary>Nothing is loaded from elsewhere, and no page of others shows the console in a frame.</summary>
    public const string Policy = "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'self'";

    public static void Set(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.XFrameOptions = "DENY";
        // With no-referrer a browser would send `Origin: null` with a form.
        response.Headers["Referrer-Policy"] = "same-origin";
    }

    public static void AddTo(EndpointBuilder endpoint)
    {
        if (endpoint.RequestDelegate is not { } next)
            return;
        endpoint.RequestDelegate = context =>
        {
            Set(context.Response);
            return next(context);
        };
    }
}
