using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Observability.Context;
using Observability.Metrics;
using Prometheus;

namespace Observability.Http;

/// <summary>The HTTP metrics of the public listener: requests, durations, sizes and requests in flight.</summary>
internal sealed class HttpMetrics(MetricFamilies metrics, Owners owners)
{
    private readonly MetricFamily<Counter.Child> _requests = metrics.Counter("http_requests_total",
        "HTTP requests on the public listener, by route and status; 499 means that the client disconnected. Shows traffic and errors.",
        "service", "method", "path", "status");

    private readonly MetricFamily<Latency> _duration = metrics.Latency("http_request_duration_seconds",
        "Duration of HTTP requests, from the parsed headers to the complete response, in seconds. Shows latency as customers see it.",
        [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], "service", "method", "path", "status");

    private readonly MetricFamily<Summary.Child> _requestSize = metrics.Summary("http_request_size_bytes",
        "Size of request bodies, in bytes. Shows routes that receive more than usual.",
        "service", "method", "path");

    private readonly MetricFamily<Summary.Child> _responseSize = metrics.Summary("http_response_size_bytes",
        "Size of response bodies, in bytes. Shows routes whose answers grow.",
        "service", "method", "path");

    private readonly Gauge.Child _active = metrics.Gauge("http_active_connections",
        "HTTP requests in flight on the public listener. Shows saturation: the number grows when answers slow down.").With();

    private readonly ConcurrentDictionary<Key, HttpSeries> _known = new();

    public void Started() => _active.Inc();

    public void Ended() => _active.Dec();

    /// <summary>The series of a finished request. Allocates only for a new combination of labels.</summary>
    public HttpSeries SeriesOf(Endpoint? endpoint, string method, int status)
    {
        var key = new Key(endpoint, Fold(method), status);
        return _known.TryGetValue(key, out var series) ? series : _known.GetOrAdd(key, Resolve(key));
    }

    private HttpSeries Resolve(Key key)
    {
        var route = RouteLabels.Of(key.Endpoint, owners);
        var status = key.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(route, key.Method, key.Status >= 500,
            _requests.With(route.Service, key.Method, route.Path, status),
            _duration.With(route.Service, key.Method, route.Path, status),
            _requestSize.With(route.Service, key.Method, route.Path),
            _responseSize.With(route.Service, key.Method, route.Path));
    }

    // A caller can invent methods; only the known ones become a label.
    private static string Fold(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "_OTHER",
    };

    private readonly record struct Key(Endpoint? Endpoint, string Method, int Status);
}

/// <summary>The series that one finished request is recorded in.</summary>
internal sealed record HttpSeries(
    RouteLabels Route, string Method, bool Failed, Counter.Child Requests, Latency Duration, Summary.Child RequestSize, Summary.Child ResponseSize)
{
    public void Record(double seconds, long requestBytes, long responseBytes)
    {
        Requests.Inc();
        Duration.Observe(seconds, Failed);
        RequestSize.Observe(requestBytes);
        ResponseSize.Observe(responseBytes);
    }
}
