using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Settings;
using OpenTelemetry.Metrics;

namespace Observability.Metrics;

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
        builder.Services.AddSingleton(_ => new ThreadPoolMeter(ThreadPoolMeter.NameIn(settings)));
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter([.. settings.Meters, ThreadPoolMeter.NameIn(settings)])
            .AddView(instrument => IsUnwanted(instrument, settings) ? MetricStreamConfiguration.Drop : new() { CardinalityLimit = MostSeries })
            .AddInstrumentation(services => services.GetRequiredService<ThreadPoolMeter>())
            // The console asks each second: an answer of its round must not be that of a scrape.
            .AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));
    }

    // The memory pool's instruments are measured several times a request: each block of memory that Kestrel takes and gives back.
    private static bool IsUnwanted(Instrument instrument, ObservabilitySettings settings) =>
        settings.UnwantedInstruments.Contains(instrument.Name) || instrument.Meter.Name == "Microsoft.AspNetCore.MemoryPool" || ThreadPoolMeter.Mends(instrument);

    /// <summary>
    /// Two up-down counters that the runtime itself declares as counters, so that a rate of them would mean nothing. Types and names follow
    /// OpenTelemetry's conventions for .NET (https://opentelemetry.io/docs/specs/semconv/runtime/dotnet-metrics/).
    /// </summary>
    private sealed class ThreadPoolMeter : IDisposable
    {
        private readonly Meter _meter;

        public ThreadPoolMeter(string name)
        {
            _meter = new(name);
            _meter.CreateObservableUpDownCounter(QueueLength, static () => ThreadPool.PendingWorkItemCount, "{work_item}", "Work items that wait for a thread.");
            _meter.CreateObservableUpDownCounter(ThreadCount, static () => ThreadPool.ThreadCount, "{thread}", "Threads of the thread pool.");
        }

        public static string NameIn(ObservabilitySettings settings) => $"{settings.Namespace}.ThreadPool";

        public static bool Mends(Instrument instrument) => instrument.Meter.Name == Runtime && instrument.Name is (QueueLength or ThreadCount);

        public void Dispose() => _meter.Dispose();
    }
}
