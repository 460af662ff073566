using System.Diagnostics;
using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>
/// The server the host works with: the one that <c>ConnectionStrings:ECommerce</c> names, or else the embedded one, if the host has one.
/// </summary>
public sealed partial class DatabaseServer(
    IConfiguration configuration, IOptions<DatabaseOptions> database, ILogger<DatabaseServer> log, IEmbeddedServer? embedded = null) : IAsyncDisposable
{
    internal const string ConnectionName = "ECommerce";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private string? _connectionString;

    /// <summary>The connection string of the shop's database. It contains a password.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString => _connectionString ?? throw new InvalidOperationException("The database server has not been started yet.");

    /// <summary>Where the server keeps its data when it is the host's own child; null when it is another one.</summary>
    public string? EmbeddedFolder => Embedded?.Folder;

    private string? Configured { get; } = configuration.GetConnectionString(ServerAddress.ConnectionName) is { } given && !string.IsNullOrWhiteSpace(given) ? given : null;

    private IEmbeddedServer? Embedded => Configured is null ? embedded : null;

    /// <summary>Whether another host uses the folder of the embedded server now.</summary>
    public bool IsFolderInUse() => Embedded is { } server && server.IsInUse();

    /// <summary>Starts or locates the server and waits until it accepts connections.</summary>
    /// <exception cref="StartupException">No server is available; the message says why.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        // These spans would have no parent and the database's name, so that they are suppressed.
        using var quiet = SuppressInstrumentationScope.Begin();
        _connectionString = Configured is { } configured ? await FindServerAsync(configured, ct)
            : embedded is not null ? await embedded.StartAsync(ct)
            : throw new StartupException($"{ServerAddress.Setting} is missing, and this host has no PostgreSQL of its own: say which server to use.");
    }

    /// <summary>Stops an embedded server; does nothing to any other.</summary>
    public Task StopAsync() => Embedded?.StopAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<string> FindServerAsync(string configured, CancellationToken ct)
    {
        var server = ServerAddress.Parse(configured, database.Value.MaxPoolSize);
        await using var source = StartupDataSource.Create(new(server.ConnectionString) { Timeout = 2 });
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, ct))
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                Log.Found(log, server.Host, server.Port);
                return server.ConnectionString;
            }
            catch (Exception e) when (server.Refusal(e) is { } refusal)
            {
                throw new StartupException(refusal, e);
            }
            catch (NpgsqlException e) when (Stopwatch.GetElapsedTime(started) >= database.Value.StartTimeout)
            {
                throw new StartupException(server.Silence(e, database.Value.StartTimeout), e);
            }
            catch (NpgsqlException)
            {
                // The server may still be starting.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "PostgreSQL is at {Server}:{Port}", EventName = "postgres.found")]
        public static partial void Found(ILogger log, string? server, int port);
    }
}
