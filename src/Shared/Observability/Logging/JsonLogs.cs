using ECommerce.Observability.Metrics;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serilog;
using Serilog.Extensions.Logging;

namespace ECommerce.Observability.Logging;

/// <summary>Sets up logging to stdout and, when one is configured, to a file.</summary>
internal static class JsonLogs
{
    // Below every other source of configuration, so that the host's settings override them.
    private static readonly KeyValuePair<string, string?>[] DefaultLevels =
    [
        new("Logging:LogLevel:Default", nameof(LogLevel.Information)),
        new("Logging:LogLevel:ECommerce", nameof(LogLevel.Information)),
        new("Logging:LogLevel:Microsoft.AspNetCore", nameof(LogLevel.Warning)),
        // This category logs whole addresses, query values included. Its level is set here, so that a change of its parent's level does not
        // enable it.
        new("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", nameof(LogLevel.Warning)),
        new("Logging:LogLevel:Microsoft.Hosting", nameof(LogLevel.Warning)),
        // A failing probe would write a line a second. The change of a check's status is logged instead.
        new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", nameof(LogLevel.None)),
        new("Logging:LogLevel:Npgsql", nameof(LogLevel.Warning)),
        new("Logging:LogLevel:System.Net.Http", nameof(LogLevel.Warning)),
    ];

    public static void AddJsonLogs(this IHostApplicationBuilder builder)
    {
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        var overrides = new LevelOverrides();
        builder.Configuration.Add(overrides);
        builder.Services.AddSingleton(services =>
            new LogLevels(overrides, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddOptions<LogOptions>().BindConfiguration(LogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.TryAddSingleton(_ => LogOutput.Stdout());

        builder.Logging.ClearProviders();
        // Ids are taken from the current span, and scopes are not read, so that they are switched off.
        builder.Logging.Configure(factory => factory.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.Services.Configure<LoggerFilterOptions>(filter => filter.CaptureScopes = false);
        // Registered by hand, because Serilog's extensions bypass Logging:LogLevel.
        builder.Services.AddSingleton<ILoggerProvider>(NewProvider);
    }

    private static ILoggerProvider NewProvider(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<LogOptions>>().Value;
        var output = services.GetRequiredService<LogOutput>();
        var dropped = services.GetRequiredService<DroppedSignals>();
        var interval = services.GetRequiredService<IOptions<NoiseOptions>>().Value.StackInterval;
        var stacks = new RepeatedStacks(interval);
        var asText = options.Format is LogFormat.Text || (options.Format is LogFormat.Auto && output.IsTerminal);

        var instance = services.GetRequiredService<ServiceInstance>();
        var writer = new LogWriter(asText ? new TextLine(stacks) : new JsonLine(stacks, instance), output.Destination, options.QueueBytes, dropped);
        // The file has a stack trace deduplication of its own, so that each output holds every stack.
        var file = options.File.Length == 0
            ? null
            : new LogWriter(new JsonLine(new RepeatedStacks(interval), instance), new LogFile(options.File, options.FileBytes), options.QueueBytes, dropped);
        var lines = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(writer);
        var logger = (file is null ? lines : lines.WriteTo.Sink(file)).CreateLogger();
        var serilog = new SerilogLoggerProvider(logger, dispose: true);
        return asText ? serilog : new StdoutLoggerProvider(serilog, writer, file, instance);
    }
}
