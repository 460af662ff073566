using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Platform.Data;

/// <summary>
/// The database server of the host: the one that <c>ConnectionStrings:ECommerce</c> names, or an embedded one in <c>Data:Directory</c>.
/// </summary>
public sealed partial class DatabaseServer(
    IConfiguration configuration, IOptions<DatabaseOptions> database, IOptions<DataOptions> data, IEnumerable<ModuleSchema> modules, ILogger<DatabaseServer> log)
    : IAsyncDisposable
{
    internal const string ConnectionName = "ECommerce";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private PostgresCluster? _cluster;
    private string? _connectionString;

    /// <summary>The connection string of the shop's database. It contains a password.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString => _connectionString ?? throw new InvalidOperationException("The database server has not been started yet.");

    /// <summary>Whether the server is embedded, a child process of the host.</summary>
    public bool IsEmbedded { get; } = string.IsNullOrWhiteSpace(configuration.GetConnectionString(ServerAddress.ConnectionName));

    /// <summary>Whether another host uses the folder of the embedded server now.</summary>
    public bool IsFolderInUse() => IsEmbedded && HostLock.IsHeld(data.Value.FullPath);

    /// <summary>Starts or locates the server and waits until it accepts connections.</summary>
    /// <exception cref="StartupException">No server is available; the message says why.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        // These spans would have no parent and the database's name, so that they are suppressed.
        using var quiet = SuppressInstrumentationScope.Begin();
        _connectionString = IsEmbedded ? await StartClusterAsync(ct) : await FindServerAsync(configuration.GetConnectionString(ServerAddress.ConnectionName)!, ct);
    }

    /// <summary>Stops an embedded server; does nothing to any other.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _cluster, null) is { } running)
            await running.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task<string> StartClusterAsync(CancellationToken ct)
    {
        var settings = new PostgresClusterSettings(data.Value.FullPath)
        {
            StartTimeout = database.Value.StartTimeout,
            PredecessorTimeout = database.Value.PredecessorTimeout,
        };
        _cluster = await PostgresCluster.StartAsync(settings, log, ct);
        Log.Embedded(log, settings.Directory);

        return await ShopLogin.PrepareAsync(_cluster.ConnectionString, [.. modules.Select(module => module.Name)], ct);
    }

    private async Task<string> FindServerAsync(string configured, CancellationToken ct)
    {
        var server = ServerAddress.Parse(configured, database.Value.MaxPoolSize);
        await using var source = StartupSource.Create(new(server.ConnectionString) { Timeout = 2 });
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
        [LoggerMessage(LogLevel.Information, "PostgreSQL is embedded in {Directory}", EventName = "postgres.embedded")]
        public static partial void Embedded(ILogger log, string directory);

        [LoggerMessage(LogLevel.Information, "PostgreSQL is at {Server}:{Port}", EventName = "postgres.found")]
        public static partial void Found(ILogger log, string? server, int port);
    }
}
