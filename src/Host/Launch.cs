using System.Net.Sockets;
using ECommerce.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Observability.Logging;

namespace ECommerce.Host;

/// <summary>
/// Runs the host from the first line to the exit code. A start that fails for a reason outside the program prints one sentence to stderr,
/// writes one log line, and exits with code 1. A signal stops the host with exit code 0 at every stage.
/// </summary>
internal static class Launch
{
    public static async Task<int> RunAsync(StopSignals signals, Func<WebApplication> build)
    {
        var isOpen = false;
        try
        {
            await using var app = build();
            var lifecycle = app.Services.GetRequiredService<Lifecycle>();
            await StartAsync(app, lifecycle, signals);
            isOpen = true;
            lifecycle.Opened();
            var reason = await lifecycle.WaitForStopAsync(signals);
            lifecycle.Stopping(reason);
            await app.StopAsync(CancellationToken.None);
            lifecycle.Stopped();
            return reason.IsFailure ? 1 : 0;
        }
        catch (Exception) when (!isOpen && signals.Received is not null)
        {
            return 0; // A signal had cancelled the start.
        }
        catch (Exception failure) when (!isOpen && Explain(failure) is { } sentence)
        {
            StandardStream.Error.TryWriteLine(sentence);
            return 1;
        }
    }

    private static async Task StartAsync(WebApplication app, Lifecycle lifecycle, StopSignals signals)
    {
        try
        {
            foreach (var part in app.Services.GetServices<IEagerSingleton>())
                part.Make();
            await app.StartAsync(signals.Token);
        }
        catch (Exception failure)
        {
            if (signals.Received is { } signal)
                lifecycle.Stopping(new(signal));
            else
                lifecycle.NotOpened(Explain(failure), failure);
            // Started services stop in order, PostgreSQL last. An exception here would hide the first failure.
            await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (signals.Received is not null)
                lifecycle.Stopped();
            throw;
        }
    }

    /// <returns>The message for the operator; null when the exception is a bug.</returns>
    private static string? Explain(Exception failure) => failure switch
    {
        StartupException expected => expected.Message,
        OptionsValidationException settings => $"The settings are wrong: {settings.Message}",
        // The database became unavailable, or refused a statement, between the first connection and the open listeners.
        PostgresException refusal => $"The host could not start, because PostgreSQL refused a statement: {refusal.MessageText} ({refusal.SqlState}).",
        NpgsqlException lost => $"The host could not start, because PostgreSQL stopped answering: {lost.Message}",
        InvalidDataException file => $"The host could not start: {file.Message} {file.InnerException?.Message}".TrimEnd(),
        IOException or UnauthorizedAccessException or SocketException => $"The host could not start: {failure.Message}",
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };
}
