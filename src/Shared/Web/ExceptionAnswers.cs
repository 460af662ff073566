using System.Diagnostics;
using ECommerce.Data;
using ECommerce.Kernel;
using ECommerce.Observability.Tracing;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace ECommerce.Web;

/// <summary>
/// Where every exception lands. What the caller did becomes a 4xx, a database that is away or takes no changes 503, and what nobody expected 500: told
/// once in the log, and marked on the server span.
/// </summary>
internal sealed partial class ExceptionAnswers(ILogger<ExceptionAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller has gone: nobody reads an answer, and nothing of ours has failed.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var error = exception switch
        {
            RefusalException refusal => refusal.Error,
            BadHttpRequestException bad => BadRequests.Explain(bad),
            OperationCanceledException or TimeoutException => CommonErrors.Timeout,
            _ => DatabaseTrouble.Explain(exception) ?? CommonErrors.Internal,
        };

        if (error.Status >= 500)
        {
            ServerSpanOf(httpContext)?.Fail(exception);
            // The handler has taken the endpoint off the request, and keeps it in its feature.
            var route = (httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint as RouteEndpoint)?.RoutePattern.RawText;
            if (error == CommonErrors.Internal)
                Unexpected(log, exception, httpContext.Request.Method, route);
            else
                Unavailable(log, exception, httpContext.Request.Method, route, error.Code);
        }

        await new Problem(error).ExecuteAsync(httpContext);
        return true;
    }

    private static Activity? ServerSpanOf(HttpContext context) =>
        context.Features.Get<IHttpActivityFeature>()?.Activity;

    [LoggerMessage(30, LogLevel.Error, "{Method} {Route} broke", EventName = "request.broke")]
    private static partial void Unexpected(ILogger logger, Exception exception, string method, string? route);

    [LoggerMessage(31, LogLevel.Warning, "{Method} {Route} could not be served: {Code}", EventName = "request.unavailable")]
    private static partial void Unavailable(ILogger logger, Exception exception, string method, string? route, string code);
}
