using Dapper;
using ECommerce.Platform.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Testing;

/// <summary>
/// The PostgreSQL of this test process: a throw-away one, or the server in <c>ConnectionStrings__ECommerce</c> when that is set. Every host
/// gets a database of its own in it.
/// </summary>
public static class TestCluster
{
    private static readonly Lazy<Task<string>> Server = new(StartAsync);

    /// <returns>A connection string to a new, empty database.</returns>
    public static async Task<string> NewDatabaseAsync()
    {
        var server = await Server.Value;
        var name = $"ecommerce_test_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    /// <summary>Drops a database of <see cref="NewDatabaseAsync"/>, whoever is still connected.</summary>
    public static async Task DropAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync(await Server.Value, $"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private static async Task<string> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("ConnectionStrings__ECommerce") is { Length: > 0 } configured)
            return configured;

        var settings = new PostgresClusterSettings(Directory.CreateTempSubdirectory("ec-test-").FullName)
        {
            ThrowAway = true,
            MaxConnections = 500,
            TemplateDirectory = Path.Combine(Path.GetTempPath(), $"ecommerce-tests-{Environment.UserName}"),
        };
        var cluster = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None);
        // The server would die with this process by itself; its folder would stay.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return cluster.ConnectionString;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.ExecuteAsync(sql);
    }
}
