using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Observability.Context;

namespace Observability.Http;

/// <summary>
/// The state of one request that its telemetry needs at the end: start time, body sizes, whether the caller disconnected.
/// </summary>
internal sealed class HttpExchange
{
    private readonly HttpContext _context;
    private readonly HttpMetrics _metrics;
    private readonly RequestTelemetryLimiter _noise;
    private readonly ILogger _logger;
    private readonly RequestIdFeature? _name = RequestIdFeature.Current;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Endpoint? _routedTo;
    private readonly CountedResponseBody _responseBody;
    private readonly DisconnectTrackingRequestBody? _requestBody;
    private readonly CancellationToken _callerLeft;
    private bool _broke;
    private bool _abandoned;
    private int _status;

    public HttpExchange(HttpContext context, HttpMetrics metrics, RequestTelemetryLimiter noise, ILogger logger)
    {
        (_context, _metrics, _noise, _logger) = (context, metrics, noise, logger);
        _routedTo = context.GetEndpoint();
        _callerLeft = context.RequestAborted; // The server's own token: middleware replaces it by one with a time limit.
        _responseBody = new(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(_responseBody);
        context.Features.Set(this);

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return;
        // The length of a body with Content-Length is known.
        if (context.Request.ContentLength is null)
            context.Request.Body = new CountedRequestBody(context.Request.Body);
        _requestBody = new(context.Features.GetRequiredFeature<IRequestBodyPipeFeature>());
        context.Features.Set<IRequestBodyPipeFeature>(_requestBody);
    }

    /// <summary>
    /// Records that an exception left the pipeline. Always returns false, so that it can be used in a <c>catch … when</c> filter without
    /// catching.
    /// </summary>
    public bool Broke()
    {
        _broke = true;
        return false;
    }

    /// <summary>
    /// Records whether the caller has disconnected before the response was complete. It is called when the pipeline ends: a caller that has
    /// received everything may close the connection immediately afterwards.
    /// </summary>
    public void PipelineEnded() =>
        _abandoned = HasCallerLeft() && _context.Response.ContentLength != _responseBody.Length;

    public void Complete()
    {
        _metrics.Ended();

        var elapsed = Stopwatch.GetElapsedTime(_started);
        _status = Status();
        var requestBytes = _context.Request.ContentLength ?? (_context.Request.Body as CountedRequestBody)?.Length ?? 0;
        var responseBytes = HttpMethods.IsHead(_context.Request.Method) ? 0 : _responseBody.Length;

        var series = _metrics.SeriesOf(AnsweredBy(), _context.Request.Method, _status);
        // Decided first, since an exemplar must not lead to a span that is not exported.
        var isTold = _noise.IsTold(_context, series.Route, _status);
        series.Record(elapsed.TotalSeconds, requestBytes, responseBytes);

        if (!isTold || !_logger.IsEnabled(LogLevel.Information))
            return;
        RequestIdFeature.Current = _name;
        var line = new RequestLine(series.Route, series.Method, _status, Math.Round(elapsed.TotalMilliseconds, 3), requestBytes, responseBytes);
        _logger.Log(LogLevel.Information, RequestLine.Kind.Event, line, null, RequestLine.Text);
    }

    /// <summary>
    /// Sets the final status on the server span. The response's own status does not show that the caller disconnected or that the response
    /// broke off.
    /// </summary>
    public static void SetStatus(Activity span, HttpResponse response)
    {
        if (response.HttpContext.Features.Get<HttpExchange>() is not { _status: var status } || status == response.StatusCode)
            return;
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
            span.SetStatus(ActivityStatusCode.Error);
    }

    // The token comes last: the server cancels it with a delay.
    private bool HasCallerLeft() => _callerLeft.IsCancellationRequested || _responseBody.HasNoReader || _requestBody is { BrokeOff: true };

    // The status of a response that broke off is still that of its start.
    private int Status() =>
        _abandoned ? StatusCodes.Status499ClientClosedRequest
        : _broke && _context.Response.StatusCode < 400 ? StatusCodes.Status500InternalServerError
        : _context.Response.StatusCode;

    // An exception handler or a re-executed status page replaces the endpoint that was routed to.
    private Endpoint? AnsweredBy() =>
        _routedTo
        ?? (_context.Features.Get<IExceptionHandlerFeature>() is { } failure ? failure.Endpoint
            : _context.Features.Get<IStatusCodeReExecuteFeature>() is { } reexecuted ? reexecuted.Endpoint
            : _context.GetEndpoint());
}
