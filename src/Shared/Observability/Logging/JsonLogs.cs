using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Observability.Context;
using Observability.Metrics;
using Observability.Settings;
using Serilog;
using Serilog.Extensions.Logging;

namespace Observability.Logging;

/// <summary>Sets up logging to stdout and, when one is configured, to a file.</summary>
internal static class JsonLogs
{
    public static void AddJsonLogs(this IHostApplicationBuilder builder, ObservabilitySettings settings)
    {
        settings.LogLevels.TryAdd(settings.Namespace, LogLevel.Information);
        // Below every other source of configuration, so that a setting of the host overrides them.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [.. settings.LogLevels.Select(one => KeyValuePair.Create<string, string?>($"Logging:LogLevel:{one.Key}", one.Value.ToString()))],
        });
        var overrides = new LevelOverrides();
        builder.Configuration.Add(overrides);
        builder.Services.AddSingleton(services =>
            new LogLevels(overrides, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILoggerFactory>(), settings.CategoryOf("Logging.LogLevels")));
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
        var stacks = new StackTraceDeduplicator(interval);
        var asText = options.Format is LogFormat.Text || (options.Format is LogFormat.Auto && output.IsTerminal);

        var instance = services.GetRequiredService<ServiceInstance>();
        var owners = services.GetRequiredService<Owners>();
        // A tap takes the JSON that is written anyway; text in a terminal alone has none.
        var tap = services.GetService<ILogTap>();
        var writer = new LogWriter(asText ? new TextLine(stacks) : new JsonLine(stacks, instance, owners), output.Destination, options.QueueBytes, dropped, asText ? null : tap);
        // The file has a stack trace deduplication of its own, so that each output holds every stack.
        var file = options.File.Length == 0
            ? null
            : new LogWriter(
                new JsonLine(new StackTraceDeduplicator(interval), instance, owners), new LogFile(options.File, options.FileBytes), options.QueueBytes, dropped,
                asText ? tap : null);
        var lines = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(writer);
        if (asText && file is null && tap is not null)
            lines = lines.WriteTo.Sink(new TappedLines(new JsonLine(new StackTraceDeduplicator(interval), instance, owners), tap));
        var logger = (file is null ? lines : lines.WriteTo.Sink(file)).CreateLogger();
        var serilog = new SerilogLoggerProvider(logger, dispose: true);
        return asText ? serilog : new StdoutLoggerProvider(serilog, writer, file, instance);
    }
}
