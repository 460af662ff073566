using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Metrics;
using Observability.Settings;
using Prometheus;

namespace Observability.Http;

/// <summary>
/// Limits the completion lines and server spans of requests that anybody can send without limit: those refused by a limit and those without
/// a route. Metrics count every request, so that http_requests_total is the number of lines plus http_requests_untold_total.
/// </summary>
internal sealed partial class RequestTelemetryLimiter : IDisposable
{
    private readonly Kind _limited;
    private readonly Kind _unmatched;
    private readonly ILogger _log;
    private readonly TimeSpan _interval;
    private readonly Timer _summary;
    private int _isDue;

    public RequestTelemetryLimiter(MetricFamilies metrics, IOptions<NoiseOptions> options, ObservabilitySettings settings, ILoggerFactory loggers)
    {
        var untold = metrics.Counter("http_requests_untold_total",
            "Requests without a completion line and a server span, because their kind exceeded its rate, by reason. Shows what is missing in logs and traces.",
            "reason");
        Kind New(string reason) => new(new(options.Value.RequestsPerSecond, options.Value.Burst), untold.With(reason));
        (_limited, _unmatched) = (New("limited"), New("unmatched"));
        (_log, _interval) = (loggers.CreateLogger(settings.CategoryOf("RequestTelemetryLimiter")), options.Value.SummaryInterval);
        _summary = new(_ => Summarize());
    }

    /// <summary>
    /// Whether the request is logged and traced. The span of a request that is not is unmarked for export here; it must not have ended.
    /// </summary>
    public bool IsTold(HttpContext context, RouteLabels route, int status)
    {
        if (KindOf(context, route, status) is not { } kind || kind.Bucket.TryTake())
            return true;

        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
        {
            span.IsAllDataRequested = false;
            span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
        kind.Count();
        // The timer runs only while something is left out.
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
            _summary.Change(_interval, Timeout.InfiniteTimeSpan);
        return false;
    }

    public void Dispose()
    {
        _summary.Dispose();
        Summarize();
    }

    // A server error is always logged and traced.
    private Kind? KindOf(HttpContext context, RouteLabels route, int status) =>
        context.Features.Get<RefusedByLimit>() is not null || (route.IsUnmatched && status is StatusCodes.Status429TooManyRequests) ? _limited
        : route.IsUnmatched && status < 500 ? _unmatched
        : null;

    private void Summarize()
    {
        Volatile.Write(ref _isDue, 0);
        var (limited, unmatched) = (_limited.TakeCount(), _unmatched.TakeCount());
        if (limited + unmatched > 0)
            Untold(_log, limited + unmatched, limited, unmatched);
    }

    [LoggerMessage(2, LogLevel.Information, "{Count} requests were counted and not logged one by one: {Limited} refused by a limit, {Unmatched} without a route", EventName = "requests.untold")]
    private static partial void Untold(ILogger logger, long count, long limited, long unmatched);

    private sealed class Kind(TokenBucket bucket, Counter.Child total)
    {
        private long _since;

        public TokenBucket Bucket => bucket;

        public void Count()
        {
            total.Inc();
            Interlocked.Increment(ref _since);
        }

        public long TakeCount() => Interlocked.Exchange(ref _since, 0);
    }
}

/// <summary>Marks a request that a limit refused before its handler ran.</summary>
public sealed class RefusedByLimit
{
    private static readonly RefusedByLimit Mark = new();

    private RefusedByLimit()
    {
    }

    /// <summary>Marks the request as refused by a limit, so that its completion line and server span may be left out.</summary>
    public static void Set(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(Mark);
    }
}
