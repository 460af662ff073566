using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// <c>Cache-Control</c> of what belongs to somebody (RFC 9111, section 5.2.2): <c>private, no-store</c> on every answer of an endpoint that
/// requires authorization or changes something, its refusals included; <c>private, no-cache</c> where an ETag lets the owner ask again.
/// </summary>
internal static class PrivateAnswers
{
    private const string NoStore = "private, no-store";
    private const string NoCache = "private, no-cache";

    /// <summary>Stands behind routing and before authorization, whose refusals count too.</summary>
    public static IApplicationBuilder UsePrivateAnswers(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // Now, since an exception handler takes the endpoint off the request; set when the answer starts, since it clears headers too.
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
