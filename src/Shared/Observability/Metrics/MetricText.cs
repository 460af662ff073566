using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Prometheus;

namespace Observability.Metrics;

/// <summary>The host's metrics as text, for a reader in the same process that cannot wait for a scrape.</summary>
public sealed class MetricText
{
    private readonly IServiceProvider _services;
    private readonly CollectorRegistry _registry;
    private readonly Lazy<RequestDelegate> _runtime;

    public MetricText(IServiceProvider services, CollectorRegistry registry)
    {
        (_services, _registry) = (services, registry);
        _runtime = new(NewRuntimePage);
    }

    /// <summary>
    /// Writes the registry as OpenMetrics 1.0 with exemplars. Other threads count meanwhile: a histogram's count may be behind its last bucket.
    /// </summary>
    public Task WriteRegistryAsync(Stream to, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(to, ExpositionFormat.OpenMetricsText, cancellationToken);

    /// <summary>Writes the .NET meters in the text format 0.0.4.</summary>
    public async Task WriteRuntimeAsync(Stream to, CancellationToken cancellationToken)
    {
        // The exporter has no other door than its middleware.
        var context = new DefaultHttpContext { RequestServices = _services, RequestAborted = cancellationToken };
        context.Response.Body = to;
        await _runtime.Value(context);
        if (context.Response.StatusCode != StatusCodes.Status200OK)
            throw new IOException("The page of the .NET meters could not be made.");
    }

    private RequestDelegate NewRuntimePage() => new ApplicationBuilder(_services).UseOpenTelemetryPrometheusScrapingEndpoint(static _ => true).Build();
}
