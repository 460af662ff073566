using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Observability.Health;
using Observability.Metrics;

namespace ECommerce.Web;

/// <summary>Configures the limits on everything that a caller can use up: connections, rate, bytes, time and concurrency.</summary>
internal static class Limits
{
    // The grace period of the minimum rates.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    // Buffered bytes that were not examined yet, such as pipelined requests. Bodies that are examined do not count.
    private const int UnreadBytes = 64 * 1024;

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddMetricsOf<LimitMetrics>();
        services.AddSingleton<ClientTable>().AddSingleton<RequestBodyBuffering>().AddSingleton<ConcurrencyLimit>();
        services.AddHealthChecks().AddCheck<AdmissionCheck>("admission", tags: [HealthTags.Ready]);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>, IOptions<ConnectionsOptions>>(Configure);
        return services;
    }

    /// <summary>Adds the middleware, which comes after routing, so that refusals are counted under the route.</summary>
    public static IApplicationBuilder UseLimits(this IApplicationBuilder app) => app.UseMiddleware<Admission>();

    private static void Configure(KestrelServerOptions kestrel, IOptions<LimitsOptions> limits, IOptions<ConnectionsOptions> connections)
    {
        var bounds = connections.Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.Value.BodyBytes;
        kestrel.Limits.MaxRequestBufferSize = Math.Max(UnreadBytes, Math.Max(bounds.HeaderBytes, bounds.RequestLineBytes));
        kestrel.Limits.MaxRequestHeaderCount = bounds.Headers;
        kestrel.Limits.MaxRequestHeadersTotalSize = bounds.HeaderBytes;
        kestrel.Limits.MaxRequestLineSize = bounds.RequestLineBytes;
        kestrel.Limits.KeepAliveTimeout = bounds.KeepAliveTimeout;
        kestrel.Limits.RequestHeadersTimeout = bounds.HeadersTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new(bounds.MinBodyBytesPerSecond, Grace);
        kestrel.Limits.MinResponseDataRate = new(bounds.MinAnswerBytesPerSecond, Grace);
    }
}
