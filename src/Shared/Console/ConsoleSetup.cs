using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Observability.Console.Api;
using Observability.Console.Filtering;
using Observability.Console.Hosts;
using Observability.Console.Recording;
using Observability.Console.Sessions;
using Observability.Console.Settings;
using Observability.Logging;
using OpenTelemetry.Trace;

namespace Observability.Console;

/// <summary>The extension methods that add the console to a host: one for its services and one for its endpoints.</summary>
public static class ConsoleSetup
{
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
        builder.Services.AddSingleton<TraceEndpoints>().AddSingleton<LogEndpoints>().AddSingleton<MapEndpoint>();
        builder.Services.AddSingleton<ImportedSessions>().AddSingleton<SessionEndpoints>().AddSingleton<SessionExport>();
        builder.Services.AddSingleton<RemoteHosts>().AddSingleton<AllHosts>();
        return builder;
    }

    /// <summary>
    /// Maps the read-only API below <see cref="ConsoleSettings.ApiPath"/>. It answers every caller: a host maps it where only operators come, or
    /// adds a policy to what is returned.
    /// </summary>
    public static IEndpointConventionBuilder MapObservabilityConsole(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var services = endpoints.ServiceProvider;
        var api = endpoints.MapGroup(services.GetRequiredService<ConsoleSettings>().ApiPath);
        var (traces, logs) = (services.GetRequiredService<TraceEndpoints>(), services.GetRequiredService<LogEndpoints>());
        var all = services.GetRequiredService<AllHosts>();
        api.MapGet("/traces", all.Over(_ => "/traces", traces.ListAsync, AllHosts.MergeTraces)).WithName("SearchTraces")
            .WithSummary("Searches kept traces: ?filter, ?from, ?to, ?sort=start|duration|spans|errors, ?limit, ?cursor; ?follow=true sends new spans as OTLP JSON, one document a line.");
        api.MapGet("/traces/{traceId}", all.Over(context => $"/traces/{context.Request.RouteValues["traceId"]}", traces.GetAsync, AllHosts.MergeSpans)).WithName("GetTraceSpans").WithSummary("The spans of a trace, as OTLP JSON.");
        api.MapGet("/logs", all.Over(_ => "/logs", logs.ListAsync, AllHosts.MergeLogs)).WithName("SearchLogs")
            .WithSummary("Searches kept log records, the newest first, as OTLP JSON: ?filter, ?from, ?to, ?limit, ?cursor; ?follow=true sends new ones, one document a line.");
        api.MapGet("/map", all.Over(_ => "/map", services.GetRequiredService<MapEndpoint>().GetAsync, AllHosts.MergeMap)).WithName("GetServiceMap")
            .WithSummary("Which parts call which, from kept spans: ?from, ?to, with calls, errors and the 95th percentile of each edge.");
        var sessions = services.GetRequiredService<SessionEndpoints>();
        api.MapGet("/export", sessions.ExportAsync).WithName("ExportSession").WithSummary("What is kept of a time as a zip of OTLP JSON lines: ?from, ?to.");
        api.MapGet("/sessions", sessions.ListAsync).WithName("ListSessions").WithSummary("The imported sessions.");
        api.MapPost("/import", sessions.ImportAsync).WithName("ImportSession").WithSummary("Reads an exported zip into memory, to be looked at beside this host's own: ?name.");
        api.MapDelete("/sessions/{name}", sessions.RemoveAsync).WithName("RemoveSession").WithSummary("Forgets an imported session.");
        return api;
    }
}
