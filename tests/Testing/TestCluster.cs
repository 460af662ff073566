using Dapper;
using ECommerce.Host;
using ECommerce.Platform.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Testing;

/// <summary>
/// The PostgreSQL of this test process: a throw-away one, or the server in <c>ConnectionStrings__ECommerce</c> when that is set. Every host
/// gets a database of its own in it.
/// </summary>
public static class TestCluster
{
    private const string Prefix = "ec-test-";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A younger folder may belong to somebody who is about to lock it.
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    private static readonly Lazy<Task<string>> Server = new(StartAsync);
    private static readonly Lazy<Task<string>> Template = new(MigrateAsync);

    /// <summary>Where an initialised cluster is kept for the next run: in this user's own folder, since anybody could make one of that name under /tmp first.</summary>
    public static string TemplateFolder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create) is { Length: > 0 } own
            ? own : Directory.CreateTempSubdirectory(Prefix).FullName, "ecommerce-tests");

    private static string? Configured => Environment.GetEnvironmentVariable("ConnectionStrings__ECommerce") is { Length: > 0 } configured ? configured : null;

    /// <returns>A connection string to a new database in which every module's migrations have run, and nothing else has happened.</returns>
    public static async Task<string> NewDatabaseAsync() => await CreateAsync(await Template.Value);

    /// <returns>A connection string to a new, empty database.</returns>
    public static Task<string> NewEmptyDatabaseAsync() => CreateAsync("template1");

    /// <summary>Drops a database of this cluster, whoever is still connected.</summary>
    public static async Task DropAsync(string connectionString)
    {
        var name = new NpgsqlConnectionStringBuilder(connectionString).Database;
        await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    // Files are copied as they are: where nothing is durable, that takes a quarter of the time of writing every page to the log.
    private static async Task<string> CreateAsync(string template)
    {
        var name = $"ecommerce_test_{Guid.NewGuid():N}";
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy");
        return new NpgsqlConnectionStringBuilder(await Server.Value) { Database = name }.ConnectionString;
    }

    private static async Task<string> MigrateAsync()
    {
        var template = await NewEmptyDatabaseAsync();
        if (Configured is not null)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => DropAsync(template).Wait(Patience);
        await new Migrator(NullLogger<Migrator>.Instance, Options.Create(new DatabaseOptions()))
            .MigrateAsync(template, [.. ShopModules.All.Select(ModuleSchema.Of)], CancellationToken.None);
        return new NpgsqlConnectionStringBuilder(template).Database!;
    }

    private static async Task<string> StartAsync()
    {
        if (Configured is not null)
            return Configured;

        RemoveLeftOvers();
        var settings = new PostgresClusterSettings(Directory.CreateTempSubdirectory(Prefix).FullName)
        {
            ThrowAway = true,
            MaxConnections = 500,
            TemplateDirectory = TemplateFolder,
        };
        var cluster = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None);
        // The server would die with this process by itself; its folder would stay.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().Wait(Patience);
        return cluster.ConnectionString;
    }

    // `dotnet test` gives a process 100 ms to end, which is not enough to stop a server and remove its files: the next run does.
    private static void RemoveLeftOvers()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), $"{Prefix}*").Where(folder => DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) > Settled))
        {
            // Another user's may hold a link to what is ours.
            if (!PrivateFolder.IsOurs(folder, followLinks: false))
                continue;
            try
            {
                using var unused = new FileStream(Path.Combine(folder, "host.lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                if (new DirectoryInfo(Path.Combine(folder, "postgres")).ResolveLinkTarget(returnFinalTarget: false) is { Exists: true } elsewhere)
                    Directory.Delete(elsewhere.FullName, recursive: true);
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody uses it or removes it at this moment, or it belongs to another user.
            }
        }
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(await Server.Value);
        await connection.ExecuteAsync(sql);
    }
}
