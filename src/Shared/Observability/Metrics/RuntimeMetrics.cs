using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace ECommerce.Observability.Metrics;

/// <summary>
/// The meters of .NET and its libraries on a page of their own, under OpenTelemetry's names: GC, thread pool, Kestrel, HTTP, connection
/// pools. The page is separate because another library exports it (docs/adr/0017).
/// </summary>
public static class RuntimeMetrics
{
    // The SDK allocates this many series for each instrument up front; the default is 2,000, and none of these instruments has so many.
    private const int MostSeries = 500;

    private const string Runtime = "System.Runtime";
    private const string QueueLength = "dotnet.thread_pool.queue.length";
    private const string ThreadCount = "dotnet.thread_pool.thread.count";

    /// <summary>Maps the endpoint of the .NET meters: text format 0.0.4, or OpenMetrics 1.0 when the Accept header asks for it.</summary>
    public static IEndpointConventionBuilder MapRuntimeMetrics(this IEndpointRouteBuilder endpoints, string pattern = "/metrics/runtime") =>
        endpoints.MapPrometheusScrapingEndpoint(pattern).WithDisplayName("Runtime metrics");

    internal static void AddRuntimeMetrics(this IHostApplicationBuilder builder, ObservabilitySettings settings)
    {
        builder.Services.AddSingleton<ThreadPoolMeter>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter([.. settings.Meters, ThreadPoolMeter.Name])
            .AddView(instrument => IsToldElsewhere(instrument) ? MetricStreamConfiguration.Drop : new() { CardinalityLimit = MostSeries })
            .AddInstrumentation(services => services.GetRequiredService<ThreadPoolMeter>())
            .AddPrometheusExporter());
    }

    // These instruments measure every request, which the shop's own metrics and spans describe better. An instrument without a listener
    // costs nothing.
    private static bool IsToldElsewhere(Instrument instrument) => instrument.Name switch
    {
        "aspnetcore.routing.match_attempts" or "aspnetcore.authentication.authenticate.duration" or "aspnetcore.authorization.attempts" => true,
        "http.server.active_requests" => true,
        "db.client.operation.npgsql.executing" or "db.client.operation.npgsql.bytes_written" or "db.client.operation.npgsql.bytes_read" => true,
        // Recorded several times a request, for each memory block of Kestrel.
        _ => instrument.Meter.Name == "Microsoft.AspNetCore.MemoryPool" || ThreadPoolMeter.Mends(instrument),
    };

    /// <summary>
    /// Two up-down counters that the runtime itself declares as counters, so that a rate of them would mean nothing. Types and names follow
    /// OpenTelemetry's conventions for .NET (https://opentelemetry.io/docs/specs/semconv/runtime/dotnet-metrics/).
    /// </summary>
    private sealed class ThreadPoolMeter : IDisposable
    {
        public const string Name = "ECommerce.ThreadPool";

        private readonly Meter _meter = new(Name);

        public ThreadPoolMeter()
        {
            _meter.CreateObservableUpDownCounter(QueueLength, static () => ThreadPool.PendingWorkItemCount, "{work_item}", "Work items that wait for a thread.");
            _meter.CreateObservableUpDownCounter(ThreadCount, static () => ThreadPool.ThreadCount, "{thread}", "Threads of the thread pool.");
        }

        public static bool Mends(Instrument instrument) => instrument.Meter.Name == Runtime && instrument.Name is (QueueLength or ThreadCount);

        public void Dispose() => _meter.Dispose();
    }
}
