using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>
/// Probes the database server on a connection of its own when a caller suspects that it is unavailable, and repeats until it answers.
/// Nothing else opens or closes the <see cref="DatabaseCircuit"/>. Any answer closes it, an error included: too many connections or a
/// missing database are reported to callers as themselves.
/// </summary>
internal sealed class DatabaseProbe(
    DatabaseCircuit circuit, ModuleDataSources sources, AbandonedCalls abandonedCalls, IOptions<DatabaseOptions> options) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Whether the server is shutting down, has crashed or is starting (SQLSTATE 57P01, 57P02, 57P03).</summary>
    public static bool IsGoingAway(PostgresException refusal) => refusal.SqlState is
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        try
        {
            while (true)
            {
                await circuit.WaitForSuspicionAsync(stoppingToken);
                while (await AskAsync(stoppingToken) is { } absence)
                {
                    // An administrator who ends all sessions ends the probe's, too: the server is away when it refuses a second one.
                    if (absence is ServerOutage.Unreachable && !circuit.IsOpen && await AskAsync(stoppingToken) is null)
                        break;
                    // Pooled connections may be dead without a sign of it, and would be used first afterwards.
                    if (await circuit.OpenAsync(absence))
                        sources.Clear();
                    await Task.Delay(Interval, stoppingToken);
                }

                circuit.Close();
                await Task.Delay(Interval, stoppingToken); // also the shortest time between two questions
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    /// <returns>Null when the server answers; otherwise how it is unavailable.</returns>
    private async Task<ServerOutage?> AskAsync(CancellationToken stopping)
    {
        var driver = new CancellationTokenSource();
        var asking = SelectAsync(driver.Token);
        await ((Task)asking).WaitAsync(options.Value.SilenceTimeout, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!asking.IsCompleted)
        {
            abandonedCalls.Add(asking, driver);
            stopping.ThrowIfCancellationRequested();
            return ServerOutage.Silent;
        }

        driver.Dispose();
        return asking.Exception?.InnerException switch
        {
            null => null,
            PostgresException refusal when !IsGoingAway(refusal) => null,
            NpgsqlException { InnerException: TimeoutException } or TimeoutException => ServerOutage.Silent,
            _ => ServerOutage.Unreachable,
        };
    }

    private async Task<int> SelectAsync(CancellationToken ct)
    {
        await using var connection = await sources.ForProbe().OpenConnectionAsync(ct);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: ct));
    }
}
