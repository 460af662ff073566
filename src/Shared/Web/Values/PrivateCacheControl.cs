using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// The middleware that sets <c>Cache-Control</c> on private answers (RFC 9111, section 5.2.2): <c>private, no-store</c> on every answer of
/// an endpoint that requires authorization or changes state, refusals included; <c>private, no-cache</c> where an ETag allows revalidation.
/// </summary>
internal static class PrivateCacheControl
{
    private const string NoStore = "private, no-store";
    private const string NoCache = "private, no-cache";

    /// <summary>Adds the middleware, which comes after routing and before authorization, so that its refusals are covered.</summary>
    public static IApplicationBuilder UsePrivateCacheControl(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Evaluated now, since the exception handler clears the endpoint; set when the answer starts, since it clears headers, too.
        if (context.GetEndpoint() is { } endpoint && IsSomebodys(endpoint, context.Request.Method))
            context.Response.OnStarting(endpoint.Metadata.GetMetadata<Tagged>() is null ? SetNoStore : SetByTag, context.Response);
        return next(context);
    });

    private static bool IsSomebodys(Endpoint endpoint, string method) =>
        endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null || !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method));

    private static Task SetNoStore(object response)
    {
        ((HttpResponse)response).Headers.CacheControl = NoStore;
        return Task.CompletedTask;
    }

    private static Task SetByTag(object state)
    {
        var response = (HttpResponse)state;
        response.Headers.CacheControl = response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status304NotModified ? NoCache : NoStore;
        return Task.CompletedTask;
    }
}
