using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Platform.Data;

/// <summary>
/// The server the host works with: the one that <c>ConnectionStrings:ECommerce</c> names, or else an embedded one in <c>Data:Directory</c>.
/// </summary>
public sealed partial class DatabaseServer(
    IConfiguration configuration, IOptions<DatabaseOptions> database, IOptions<DataOptions> data, IEnumerable<ModuleSchema> modules, ILogger<DatabaseServer> log)
    : IAsyncDisposable
{
    internal const string ConnectionName = "ECommerce";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private PostgresCluster? _cluster;
    private string? _connectionString;

    /// <summary>Opens the shop's database. Holds a password.</summary>
    /// <exception cref="InvalidOperationException">The server has not been started.</exception>
    public string ConnectionString => _connectionString ?? throw new InvalidOperationException("The database server has not been started yet.");

    /// <summary>Whether the server is the host's own child.</summary>
    public bool IsEmbedded { get; } = string.IsNullOrWhiteSpace(configuration.GetConnectionString(ConnectionName));

    /// <summary>Returns when the server takes connections.</summary>
    /// <exception cref="StartupException">There is no server to be had; the message says why.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        // Looking for the server belongs to no trace, and its spans would be named by the database.
        using var quiet = SuppressInstrumentationScope.Begin();
        _connectionString = IsEmbedded ? await StartClusterAsync(ct) : await FindServerAsync(configuration.GetConnectionString(ConnectionName)!, ct);
    }

    /// <summary>Stops an embedded server; leaves any other alone.</summary>
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
        var server = Parse(configured);
        await using var source = StartupSource.Create(new(configured) { Timeout = 2 });
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, ct))
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(ct);
                Log.Found(log, server.Host, server.Port);
                return configured;
            }
            catch (PostgresException e) when (!e.IsTransient)
            {
                throw new StartupException(
                    $"PostgreSQL at {server.Host}:{server.Port} refuses the connection ({e.SqlState}): check user, password and database in ConnectionStrings__{ConnectionName}.", e);
            }
            catch (NpgsqlException e) when (Stopwatch.GetElapsedTime(started) >= database.Value.StartTimeout)
            {
                throw new StartupException(
                    $"No PostgreSQL answered at {server.Host}:{server.Port} within {database.Value.StartTimeout.TotalSeconds:0.#} s: start it, or correct ConnectionStrings__{ConnectionName}.", e);
            }
            catch (NpgsqlException)
            {
                // It may still be starting.
            }
        }
    }

    private static NpgsqlConnectionStringBuilder Parse(string configured)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(configured);
        }
        catch (ArgumentException)
        {
            // The cause would quote parts of the string, perhaps the password.
            throw new StartupException($"ConnectionStrings__{ConnectionName} is not a connection string: write Host=…;Database=…;Username=…;Password=….");
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
