using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Context;
using Observability.Settings;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Observability.Tracing;

/// <summary>The ActivitySources of the host, and the set-up of tracing.</summary>
public static class Traces
{
    private static readonly ConcurrentDictionary<string, ActivitySource> Sources = new();

    /// <summary>The source of that name; the same for every caller.</summary>
    public static ActivitySource Source(string name) => Sources.GetOrAdd(name, static name => new(name));

    /// <summary>
    /// Sets up tracing: parent-based sampling, or that of <c>OTEL_TRACES_SAMPLER</c>; W3C trace context and baggage are injected, and
    /// extracted from trusted peers only (<see cref="TrustedTraceContext"/>).
    /// </summary>
    internal static void AddTraces(this IHostApplicationBuilder builder, ObservabilitySettings settings, ServiceInstance instance)
    {
        // The host's propagator, and not DistributedContextPropagator.Current, which also injects. OpenTelemetry's propagator belongs to
        // the process and serves hosts of both kinds, since it asks the connection.
        builder.Services.AddSingleton<DistributedContextPropagator>(new TrustedPropagator(DistributedContextPropagator.Current));
        Sdk.SetDefaultTextMapPropagator(new TrustedTextMapPropagator());
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource
                .AddService(settings.ServiceName, settings.ServiceName, settings.Build.Version, autoGenerateServiceInstanceId: false, instance.Id)
                .AddAttributes([new("deployment.environment.name", builder.Environment.EnvironmentName.ToLowerInvariant())])
                .AddEnvironmentVariableDetector())
            .WithTracing(traces =>
            {
                traces
                    .AddSource([settings.Namespace, $"{settings.Namespace}.*", .. settings.Sources])
                    .AddProcessor(new AttributeLimitProcessor());
                settings.Tracing?.Invoke(traces);
            });
    }
}
