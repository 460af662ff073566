using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Settings;
using Observability.Tracing;
using OpenTelemetry.Trace;

namespace Observability.Http;

/// <summary>The server span of each request of public traffic, by OpenTelemetry's instrumentation of ASP.NET Core.</summary>
internal static class ServerSpans
{
    public static void AddServerSpans(this IHostApplicationBuilder builder, ObservabilitySettings settings) =>
        builder.Services.AddSingleton(SpanDescriptor.Server).AddOpenTelemetry().WithTracing(traces => traces.AddAspNetCoreInstrumentation(server =>
        {
            server.Filter = settings.IsPublicTraffic;
            server.EnrichWithHttpRequest = TrustedTraceContext.Link;
            server.EnrichWithHttpResponse = HttpExchange.SetStatus;
        }));
}
