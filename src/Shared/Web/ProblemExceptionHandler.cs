using System.Diagnostics;
using ECommerce.Data;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Observability.Tracing;

namespace ECommerce.Web;

/// <summary>
/// The exception handler (<see cref="IExceptionHandler"/>): a caller's mistake becomes 4xx, an unavailable or read-only database 503, and
/// any other exception 500, which is logged once and marked on the server span.
/// </summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller has disconnected: there is no failure of ours, and nobody to answer.
            httpContext.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        var error = exception switch
        {
            RefusalException refusal => refusal.Error,
            BadHttpRequestException bad => BadRequestProblems.Explain(bad),
            OperationCanceledException or TimeoutException => CommonErrors.Timeout,
            _ => DatabaseErrors.Explain(exception) ?? CommonErrors.Internal,
        };

        if (error.Status >= 500)
        {
            ServerSpanOf(httpContext)?.Fail(exception);
            // The exception handler middleware clears the request's endpoint and keeps it in its feature.
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
