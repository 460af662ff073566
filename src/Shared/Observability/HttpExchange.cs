using System.Diagnostics;
using ECommerce.Observability.Metrics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ECommerce.Observability;

/// <summary>One request in flight: what has to be remembered from its start to tell its end truthfully.</summary>
internal sealed partial class HttpExchange
{
    private readonly HttpContext context;
    private readonly HttpMetrics metrics;
    private readonly ILogger logger;
    private readonly RequestIdFeature? name = RequestIdFeature.Current;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Endpoint? routedTo;
    private readonly CountedResponseBody responseBody;
    private readonly CancellationToken callerLeft;
    private bool broke;
    private bool abandoned;

    public HttpExchange(HttpContext context, HttpMetrics metrics, ILogger logger)
    {
        (this.context, this.metrics, this.logger) = (context, metrics, logger);
        routedTo = context.GetEndpoint();
        callerLeft = context.RequestAborted; // The server's own: what runs inside may put a time limit in its place.
        responseBody = new(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(responseBody);

        // A body of declared length needs no counting.
        if (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            context.Request.Body = new CountedRequestBody(context.Request.Body);
    }

    /// <summary>Takes note that an exception left the pipeline; false, so that an exception filter lets it fly on.</summary>
    public bool Broke()
    {
        broke = true;
        return false;
    }

    /// <summary>
    /// Looks whether the caller is still there. Later is too late: a caller that has everything may hang up at once, and has not given up.
    /// </summary>
    public void PipelineEnded() =>
        abandoned = callerLeft.IsCancellationRequested && context.Response.ContentLength != responseBody.Length;

    public void Complete()
    {
        metrics.Ended();

        var elapsed = Stopwatch.GetElapsedTime(started);
        var status = Status();
        var requestBytes = context.Request.ContentLength ?? (context.Request.Body as CountedRequestBody)?.Length ?? 0;
        var responseBytes = HttpMethods.IsHead(context.Request.Method) ? 0 : responseBody.Length;

        var series = metrics.SeriesOf(AnsweredBy(), context.Request.Method, status);
        series.Record(elapsed.TotalSeconds, requestBytes, responseBytes);

        if (!logger.IsEnabled(LogLevel.Information))
            return;
        RequestIdFeature.Current = name;
        LogCompletion(logger, series.Method, series.Route.Path, status, Math.Round(elapsed.TotalMilliseconds, 3),
            requestBytes, responseBytes, series.Route.Module, series.Route.Service);
    }

    // A response that broke off after it had started still carries the status of its start.
    private int Status() =>
        abandoned ? StatusCodes.Status499ClientClosedRequest
        : broke && context.Response.StatusCode < 400 ? StatusCodes.Status500InternalServerError
        : context.Response.StatusCode;

    // An exception handler or a re-executed status page hides the endpoint that the caller asked for.
    private Endpoint? AnsweredBy() =>
        routedTo
        ?? (context.Features.Get<IExceptionHandlerFeature>() is { } failure ? failure.Endpoint
            : context.Features.Get<IStatusCodeReExecuteFeature>() is { } reexecuted ? reexecuted.Endpoint
            : context.GetEndpoint());

    [LoggerMessage(1, LogLevel.Information, "{Method} {Path} answered {Status} in {DurationMs} ms", EventName = "request.completed")]
    private static partial void LogCompletion(ILogger logger, string method, string path, int status, double durationMs,
        long requestBytes, long responseBytes, string module, string service);
}
