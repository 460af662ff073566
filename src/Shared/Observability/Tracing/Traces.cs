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

/// <summary>The spans of the host: where they start and which are kept.</summary>
public static class Traces
{
    private static readonly ConcurrentDictionary<string, ActivitySource> Sources = new();

    /// <summary>The source of that name; the same for every caller.</summary>
    public static ActivitySource Source(string name) => Sources.GetOrAdd(name, static name => new(name));

    /// <summary>
    /// Parent-based sampling, or what <c>OTEL_TRACES_SAMPLER</c> says; W3C trace context and baggage out, and in from trusted peers
    /// (<see cref="CallerContext"/>).
    /// </summary>
    internal static void AddTraces(this IHostApplicationBuilder builder, ObservabilitySettings settings, ServiceInstance instance)
    {
        // Of the host, and so not DistributedContextPropagator.Current, which also injects. OpenTelemetry's is the process's, and both kinds
        // of hosts are served by it: it asks the connection.
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
                    .AddProcessor(new BoundedAttributes());
                settings.Tracing?.Invoke(traces);
            });
    }
}
