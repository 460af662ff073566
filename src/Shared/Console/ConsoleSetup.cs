using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Console.Alerting;
using Observability.Console.Api;
using Observability.Console.Filtering;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Settings;
using Observability.Console.Web;
using Observability.Logging;
using Observability.Metrics;
using Observability.Settings;
using OpenTelemetry.Trace;

namespace Observability.Console;

/// <summary>The extension methods that add the console to a host: one for its services and one for its endpoints.</summary>
public static class ConsoleSetup
{
    // Blazor measures each component of the console, in more series than all requests have.
    private static readonly string[] OwnInstruments =
    [
        "aspnetcore.components.navigate", "aspnetcore.components.handle_event.duration", "aspnetcore.components.update_parameters.duration",
        "aspnetcore.components.render_diff.duration", "aspnetcore.components.render_diff.size",
        "aspnetcore.components.circuit.active", "aspnetcore.components.circuit.connected", "aspnetcore.components.circuit.duration",
    ];

    /// <summary>
    /// Keeps the host's spans and log records in memory (section <c>Console</c> of the configuration). It comes after <c>AddObservability</c>,
    /// whose pipeline cuts and redacts what is kept.
    /// </summary>
    public static TBuilder AddObservabilityConsole<TBuilder>(this TBuilder builder, Action<ConsoleSettings>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        var settings = new ConsoleSettings();
        configure?.Invoke(settings);
        builder.Services.AddOptions<ConsoleOptions>().BindConfiguration(ConsoleOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(new FilterParser(settings.Fields));
        builder.Services.AddSingleton<Recorder>();
        builder.Services.AddSingleton<ILogTap>(services => services.GetRequiredService<Recorder>());
        builder.Services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(services => new SpanRecorder(services.GetRequiredService<Recorder>())));
        builder.Services.AddSingleton<ApiLimits>().AddSingleton<Followers>().AddSingleton<ResourceNames>();
        builder.Services.AddSingleton(services => NewMetricStore(services.GetRequiredService<IOptions<ConsoleOptions>>().Value))
            .AddSingleton<IMetricStore>(services => services.GetRequiredService<MetricStore>()).AddSingleton<MetricStates>().AddSingleton<MetricSampler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MetricSampler>()).AddMetricsOf<ConsoleMetrics>();
        builder.Services.AddSingleton<MetricQuery>().AddSingleton<GoldenSignals>().AddSingleton<Figures>().AddSingleton<Happenings>().AddSingleton<MetricEndpoints>();
        builder.Services.AddAlerting();
        builder.Services.AddSingleton<TraceEndpoints>().AddSingleton<LogEndpoints>().AddSingleton<MapEndpoint>();
        builder.Services.AddPages();
        builder.Services.AddConsoleAccess(settings);
        LeaveOut(builder.Services, settings);
        return builder;
    }

    /// <summary>
    /// Maps the pages below <see cref="ConsoleSettings.PagePath"/> and the read-only API below <see cref="ConsoleSettings.ApiPath"/>. Both ask for a
    /// session or a key, and need the middleware of authentication and authorization, which a <c>WebApplication</c> has by itself.
    /// </summary>
    public static IEndpointConventionBuilder MapObservabilityConsole(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var settings = services.GetRequiredService<ConsoleSettings>();
        var all = endpoints.MapGroup("");
        all.MapSignIn();
        all.MapPages(settings).RequireSession(services);
        var api = all.MapGroup(settings.ApiPath).RequireSession(services);
        var (traces, logs) = (services.GetRequiredService<TraceEndpoints>(), services.GetRequiredService<LogEndpoints>());
        api.MapGet("/traces", traces.ListAsync).WithName("SearchTraces")
            .WithSummary("Searches kept traces: ?filter, ?from, ?to, ?sort=start|duration|spans|errors, ?limit, ?cursor; ?follow=true sends new spans as OTLP JSON, one document a line.");
        api.MapGet("/traces/{traceId}", traces.GetAsync).WithName("GetTraceSpans").WithSummary("The spans of a trace, as OTLP JSON.");
        api.MapGet("/logs", logs.ListAsync).WithName("SearchLogs")
            .WithSummary("Searches kept log records, the newest first, as OTLP JSON: ?filter, ?from, ?to, ?limit, ?cursor; ?follow=true sends new ones, one document a line.");
        var metrics = services.GetRequiredService<MetricEndpoints>();
        api.MapGet("/metrics", metrics.ListAsync).WithName("ListMetricFamilies").WithSummary("The families of the host's metrics that are sampled each second, with the number of their series.");
        api.MapGet("/metrics/{family}", metrics.GetAsync).WithName("QueryMetricFamily")
            .WithSummary("The series of a family over time: ?value=raw|rate|p50|p95|p99, ?match=label=value,…, ?by=label,…, ?from, ?to, ?step, ?window, ?limit, ?cursor; ?follow=true sends their newest values, one document a line.");
        api.MapAlerting();
        api.MapGet("/map", services.GetRequiredService<MapEndpoint>().GetAsync).WithName("GetServiceMap")
            .WithSummary("Which parts call which, from kept spans: ?from, ?to, with calls, errors and the 95th percentile of each edge.");
        return all;
    }

    private static MetricStore NewMetricStore(ConsoleOptions options) => new(options.MetricBytes, options.MetricSeries);

    // The console's own requests are no traffic: it would show itself, and a link that signs in would be in a span.
    private static void LeaveOut(IServiceCollection services, ConsoleSettings console)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(ObservabilitySettings))?.ImplementationInstance is not ObservabilitySettings settings)
            return;
        settings.UnwantedInstruments.UnionWith(OwnInstruments);
        var isPublic = settings.IsPublicTraffic;
        settings.IsPublicTraffic = context => isPublic(context) && !IsOfConsole(context.Request.Path, console);
    }

    private static bool IsOfConsole(PathString path, ConsoleSettings console) =>
        path.StartsWithSegments("/console") || path.StartsWithSegments("/_blazor") || path.StartsWithSegments(console.ApiPath);
}
