using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Console.Alerting;
using Observability.Console.Api;
using Observability.Console.Description;
using Observability.Console.Filtering;
using Observability.Console.Hosts;
using Observability.Console.Limits;
using Observability.Console.Mcp;
using Observability.Console.Parts;
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
        builder.Services.AddSingleton<ApiLimits>().AddSingleton<Followers>().AddSingleton<ResourceNames>();
        builder.Services.AddSingleton(services => NewMetricStore(services.GetRequiredService<IOptions<ConsoleOptions>>().Value))
            .AddSingleton<IMetricStore>(services => services.GetRequiredService<MetricStore>()).AddSingleton<MetricStates>().AddSingleton<MetricSampler>();
        builder.Services.AddSingleton<MetricQuery>().AddSingleton<GoldenSignals>().AddSingleton<Figures>().AddSingleton<Happenings>().AddSingleton<MetricEndpoints>();
        builder.Services.AddAlerting();
        builder.Services.AddSessions().AddSingleton<RemoteHosts>().AddSingleton<AllHosts>().AddSingleton<SparedHosts>().AddSingleton<HostTrace>();
        builder.Services.AddTools();
        builder.Services.AddSingleton<TraceEndpoints>().AddSingleton<LogEndpoints>().AddSingleton<MapEndpoint>().AddSingleton<ApiDescription>();
        builder.Services.AddSingleton<DifferencesEndpoint>();
        builder.Services.AddPages();
        builder.Services.AddConsoleAccess();
        if (IsEnabled(builder.Configuration))
            builder.Services.AddRecording(settings);
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
        if (!IsEnabled(services.GetRequiredService<IConfiguration>()))
            return all;
        all.MapSignIn();
        all.MapAssets();
        all.MapPages(settings).RequireSession(services);
        var api = all.MapGroup(settings.ApiPath).RequireSession(services);
        api.MapApi(services);
        services.GetRequiredService<AllHosts>().Widen(api);
        api.MapSessions(services);
        all.MapTools(services);
        return all;
    }

    // What works without being asked: everything else is made when somebody asks for it first.
    private static void AddRecording(this IServiceCollection services, ConsoleSettings settings)
    {
        services.AddSingleton<ILogTap>(provider => provider.GetRequiredService<Recorder>());
        services.AddOpenTelemetry().WithTracing(traces => traces.AddProcessor(provider => new SpanRecorder(provider.GetRequiredService<Recorder>())));
        services.AddHostedService(provider => provider.GetRequiredService<MetricSampler>()).AddMetricsOf<ConsoleMetrics>();
        services.AddHostedService<RuleTimer>();
        if (settings.ShowsLink)
            services.AddHostedService<LinkInTerminal>();
    }

    // Read before the settings are validated, so that a wrong value is told with all others.
    private static bool IsEnabled(IConfiguration configuration) =>
        !string.Equals(configuration[$"{ConsoleOptions.Section}:{nameof(ConsoleOptions.Enabled)}"], bool.FalseString, StringComparison.OrdinalIgnoreCase);

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
        path.StartsWithSegments("/console") || path.StartsWithSegments("/_blazor") || path.StartsWithSegments(console.ApiPath) || path.StartsWithSegments(console.McpPath);
}
