using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace ECommerce.Observability.Metrics;

/// <summary>The golden signals of the public listener, under the specification's names.</summary>
public sealed class HttpMetrics(IMetricFactory metrics)
{
    private readonly Counter _requests = metrics.CreateCounter("http_requests_total",
        "Requests that were answered or given up by their caller (499). What do I learn from this? Traffic and errors, per route.",
        ["service", "method", "path", "status"]);

    private readonly Histogram _duration = metrics.CreateHistogram("http_request_duration_seconds",
        "Time from the first byte understood to the response complete, in seconds. What do I learn from this? Latency as customers feel it.",
        ["service", "method", "path", "status"],
        new HistogramConfiguration { Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });

    private readonly Summary _requestSize = metrics.CreateSummary("http_request_size_bytes",
        "Size of request bodies, in bytes. What do I learn from this? Who sends us more than usual.",
        ["service", "method", "path"]);

    private readonly Summary _responseSize = metrics.CreateSummary("http_response_size_bytes",
        "Size of response bodies, in bytes. What do I learn from this? Which answers outgrow their readers.",
        ["service", "method", "path"]);

    private readonly Gauge _active = metrics.CreateGauge("http_active_connections",
        "Requests in flight on the public listener. What do I learn from this? Saturation: it climbs when answers slow down.");

    private readonly ConcurrentDictionary<Key, HttpSeries> _known = new();

    internal void Started() => _active.Inc();

    internal void Ended() => _active.Dec();

    /// <summary>The series of a finished request; allocates only for a combination never seen before.</summary>
    internal HttpSeries SeriesOf(Endpoint? endpoint, string method, int status)
    {
        var key = new Key(endpoint, Fold(method), status);
        return _known.TryGetValue(key, out var series) ? series : _known.GetOrAdd(key, Resolve(key));
    }

    private HttpSeries Resolve(Key key)
    {
        var route = RouteLabels.Of(key.Endpoint);
        var status = key.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new(route, key.Method,
            _requests.WithLabels(route.Service, key.Method, route.Path, status),
            _duration.WithLabels(route.Service, key.Method, route.Path, status),
            _requestSize.WithLabels(route.Service, key.Method, route.Path),
            _responseSize.WithLabels(route.Service, key.Method, route.Path));
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
    RouteLabels Route, string Method, Counter.Child Requests, Histogram.Child Duration, Summary.Child RequestSize, Summary.Child ResponseSize)
{
    public void Record(double seconds, long requestBytes, long responseBytes)
    {
        Requests.Inc();
        Duration.Observe(seconds);
        RequestSize.Observe(requestBytes);
        ResponseSize.Observe(responseBytes);
    }
}
