using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Observability.Context;

namespace Observability.Http;

/// <summary>One request in flight: what has to be remembered from its start to tell its end truthfully.</summary>
internal sealed class HttpExchange
{
    private readonly HttpContext _context;
    private readonly HttpMetrics _metrics;
    private readonly RequestNoise _noise;
    private readonly ILogger _logger;
    private readonly RequestIdFeature? _name = RequestIdFeature.Current;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Endpoint? _routedTo;
    private readonly CountedResponseBody _responseBody;
    private readonly WatchedRequestBody? _requestBody;
    private readonly CancellationToken _callerLeft;
    private bool _broke;
    private bool _abandoned;
    private int _status;

    public HttpExchange(HttpContext context, HttpMetrics metrics, RequestNoise noise, ILogger logger)
    {
        (_context, _metrics, _noise, _logger) = (context, metrics, noise, logger);
        _routedTo = context.GetEndpoint();
        _callerLeft = context.RequestAborted; // The server's own: what runs inside may put a time limit in its place.
        _responseBody = new(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        context.Features.Set<IHttpResponseBodyFeature>(_responseBody);
        context.Features.Set(this);

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return;
        // A body of declared length needs no counting.
        if (context.Request.ContentLength is null)
            context.Request.Body = new CountedRequestBody(context.Request.Body);
        _requestBody = new(context.Features.GetRequiredFeature<IRequestBodyPipeFeature>());
        context.Features.Set<IRequestBodyPipeFeature>(_requestBody);
    }

    /// <summary>Takes note that an exception left the pipeline; false, so that an exception filter lets it fly on.</summary>
    public bool Broke()
    {
        _broke = true;
        return false;
    }

    /// <summary>
    /// Looks whether the caller is still there. Later is too late: a caller that has everything may hang up at once, and has not given up.
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
        // Asked first: no exemplar leads to a span that is not kept.
        var isTold = _noise.IsTold(_context, series.Route, _status);
        series.Record(elapsed.TotalSeconds, requestBytes, responseBytes);

        if (!isTold || !_logger.IsEnabled(LogLevel.Information))
            return;
        RequestIdFeature.Current = _name;
        var line = new RequestLine(series.Route, series.Method, _status, Math.Round(elapsed.TotalMilliseconds, 3), requestBytes, responseBytes);
        _logger.Log(LogLevel.Information, RequestLine.Kind.Event, line, null, RequestLine.Text);
    }

    /// <summary>Tells the server span the same status: the response's own does not know of a caller who left, or of a break after its start.</summary>
    public static void Tell(Activity span, HttpResponse response)
    {
        if (response.HttpContext.Features.Get<HttpExchange>() is not { _status: var status } || status == response.StatusCode)
            return;
        span.SetTag("http.response.status_code", status);
        if (status >= 500)
            span.SetStatus(ActivityStatusCode.Error);
    }

    // The token comes last: the server cancels it when it finds the time.
    private bool HasCallerLeft() => _callerLeft.IsCancellationRequested || _responseBody.HasNoReader || _requestBody is { BrokeOff: true };

    // A response that broke off after it had started still carries the status of its start.
    private int Status() =>
        _abandoned ? StatusCodes.Status499ClientClosedRequest
        : _broke && _context.Response.StatusCode < 400 ? StatusCodes.Status500InternalServerError
        : _context.Response.StatusCode;

    // An exception handler or a re-executed status page hides the endpoint that the caller asked for.
    private Endpoint? AnsweredBy() =>
        _routedTo
        ?? (_context.Features.Get<IExceptionHandlerFeature>() is { } failure ? failure.Endpoint
            : _context.Features.Get<IStatusCodeReExecuteFeature>() is { } reexecuted ? reexecuted.Endpoint
            : _context.GetEndpoint());
}
