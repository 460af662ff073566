using System.Diagnostics;
using ECommerce.Kernel;
using Observability.Logging;

namespace ECommerce.Host;

/// <summary>The reason for which the host stops.</summary>
internal readonly record struct StopReason(string Text, bool IsFailure = false);

/// <summary>
/// Logs the lifecycle of the host: opened, stopping with the reason, stopped. In a terminal it also prints that the shop is closed.
/// </summary>
internal sealed partial class Lifecycle(IServiceProvider services, IHostApplicationLifetime lifetime, StartBanner banner, LogOutput output, ILoggerFactory loggers)
{
    private readonly ILogger _log = loggers.CreateLogger(ModuleName.Platform.Source);
    private readonly long _created = Stopwatch.GetTimestamp();
    private long _stopping;
    private bool _isOpened;

    /// <summary>Reports that the listeners are open.</summary>
    public void Opened()
    {
        LogOpened(_log, banner.Shop, banner.Operators, Elapsed(_created));
        banner.Show();
        _isOpened = true;
    }

    /// <summary>Completes when the host is asked to stop.</summary>
    public async Task<StopReason> WaitForStopAsync(StopSignals signals)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var signalled = signals.Token.Register(lifetime.StopApplication);
        await using var stopped = lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task;
        return Failed() is { } failed ? new($"{failed} failed", IsFailure: true) : new(signals.Received ?? "the program asked for it");
    }

    public void Stopping(StopReason reason)
    {
        _stopping = Stopwatch.GetTimestamp();
        LogStopping(_log, reason.Text);
        if (reason.IsFailure)
            StandardStream.Error.TryWriteLine($"The host stops, because {reason.Text}: the log has the exception.");
    }

    public void Stopped()
    {
        LogStopped(_log, Elapsed(_stopping));
        if (_isOpened)
            StandardStream.Error.TryWriteLine("  The shop is closed.");
    }

    /// <param name="sentence">The sentence on stderr; null when the failure is a bug.</param>
    /// <param name="failure">The exception, which is logged only when it is a bug.</param>
    public void NotOpened(string? sentence, Exception failure)
    {
        // In a terminal the sentence on stderr is enough.
        if (sentence is null || !output.IsTerminal)
            LogNotOpened(_log, sentence is null ? failure : null, sentence ?? failure.Message);
    }

    private static double Elapsed(long since) => Math.Round(Stopwatch.GetElapsedTime(since).TotalMilliseconds);

    private string? Failed() => services.GetServices<IHostedService>().OfType<BackgroundService>()
        .FirstOrDefault(service => service.ExecuteTask is { IsFaulted: true })?.GetType().Name;

    [LoggerMessage(LogLevel.Information, "The shop is open at {Shop} and for operators at {Operators}, {StartMs} ms after its start", EventName = "host.opened")]
    private static partial void LogOpened(ILogger logger, string shop, string operators, double startMs);

    [LoggerMessage(LogLevel.Information, "The host stops: {Reason}", EventName = "host.stopping")]
    private static partial void LogStopping(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "The host has stopped within {StopMs} ms", EventName = "host.stopped")]
    private static partial void LogStopped(ILogger logger, double stopMs);

    [LoggerMessage(LogLevel.Critical, "The host could not open: {Reason}", EventName = "host.not_opened")]
    private static partial void LogNotOpened(ILogger logger, Exception? failure, string reason);
}

internal static class LifecycleRegistration
{
    /// <summary>Adds the host's lifetime and its log lines.</summary>
    public static void AddLifecycle(this WebApplicationBuilder builder, StopSignals signals)
    {
        builder.Services.AddSingleton<IHostLifetime>(signals).AddSingleton<StartBanner>().AddSingleton<Lifecycle>();
        // For a start that fails it logs the stack trace at Error; for a background service that fails twice, once at Critical.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
    }
}
