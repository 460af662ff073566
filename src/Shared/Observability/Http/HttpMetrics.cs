using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Observability.Context;
using Observability.Metrics;
using Prometheus;

namespace Observability.Http;

/// <summary>The golden signals of the public listener, under the specification's names.</summary>
internal sealed class HttpMetrics(MetricFamilies metrics, Owners owners)
{
    private readonly MetricFamily<Counter.Child> _requests = metrics.Counter("http_requests_total",
        "Requests that were answered or given up by their caller (499). Traffic and errors, per route.",
        "service", "method", "path", "status");

    private readonly MetricFamily<Latency> _duration = metrics.Latency("http_request_duration_seconds",
        "Time from the first byte understood to the response complete, in seconds. Latency as customers feel it.",
        [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], "service", "method", "path", "status");

    private readonly MetricFamily<Summary.Child> _requestSize = metrics.Summary("http_request_size_bytes",
        "Size of request bodies, in bytes. Who sends us more than usual.",
        "service", "method", "path");

    private readonly MetricFamily<Summary.Child> _responseSize = metrics.Summary("http_response_size_bytes",
        "Size of response bodies, in bytes. Which answers outgrow their readers.",
        "service", "method", "path");

    private readonly Gauge.Child _active = metrics.Gauge("http_active_connections",
        "Requests in flight on the public listener. Saturation: it climbs when answers slow down.").With();

    private readonly ConcurrentDictionary<Key, HttpSeries> _known = new();

    public void Started() => _active.Inc();

    public void Ended() => _active.Dec();

    /// <summary>The series of a finished request; allocates only for a combination never seen before.</summary>
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

    // A method is the caller's to invent; only the known ones may become a label.
    private static string Fold(string method) => method switch
    {
        "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "PATCH" or "OPTIONS" or "TRACE" or "CONNECT" => method,
        _ => "_OTHER",
    };

    private readonly record struct Key(Endpoint? Endpoint, string Method, int Status);
}

/// <summary>Everything that one finished request counts in.</summary>
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
