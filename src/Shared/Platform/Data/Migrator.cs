using System.Diagnostics;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using ECommerce.Observability;
using ECommerce.Observability.Tracing;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Platform.Data;

/// <summary>Brings every module's schema up to date. Hosts that start at once take turns.</summary>
public sealed partial class Migrator(ILogger<Migrator> log)
{
    private const string Journal = "schema_versions";
    private const long TurnKey = 0x65636f6d6d657263; // "ecommerc"; the same in every version, or two versions would not take turns
    private static readonly ActivitySource Source = new(ModuleName.Platform.Source);

    /// <summary>Creates what is missing of roles and schemas in an existing database, and runs each module's new scripts as its role.</summary>
    /// <exception cref="MigrationFailedException">A script failed; it is rolled back, and those before it stay.</exception>
    public async Task MigrateAsync(string connectionString, IReadOnlyList<ModuleSchema> modules, CancellationToken ct)
    {
        var server = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 };
        await using var source = StartupSource.Create(server);
        await using var turn = await TakeTurnAsync(source, ct);
        foreach (var module in modules)
        {
            // DbUp is brought in only when there is work for it: most starts find none, and should not wait for it.
            if (await NeedsWorkAsync(turn, module, ct))
                await Task.Run(() => Run(server, module), ct);
        }
    }

    private static async Task<NpgsqlConnection> TakeTurnAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        var turn = await source.OpenConnectionAsync(ct);
        await turn.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_lock(@TurnKey)", new { TurnKey }, cancellationToken: ct));
        return turn;
    }

    // Only what changes something is worth a trace; looking belongs to none.
    private static async Task<bool> NeedsWorkAsync(NpgsqlConnection turn, ModuleSchema module, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        await ModuleRole.EnsureAsync(turn, module.Name, ct);
        return (await MissingAsync(turn, module, ct)).Count > 0;
    }

    /// <returns>The module's scripts that have not run, as its journal has it.</returns>
    internal static async Task<IReadOnlyList<string>> MissingAsync(NpgsqlConnection connection, ModuleSchema module, CancellationToken ct)
    {
        try
        {
            var ran = await connection.QueryAsync<string>(new CommandDefinition($"SELECT scriptname FROM {module.Name}.{Journal}", cancellationToken: ct));
            return [.. module.ScriptNames.Except(ran, StringComparer.Ordinal)];
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return [.. module.ScriptNames];
        }
    }

    private void Run(NpgsqlConnectionStringBuilder server, ModuleSchema module)
    {
        using var span = Source.StartActivity($"migrate {module.Name}");
        span?.SetTag("app.module", module.Name);

        var asModule = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Options = $"{server.Options} -c role={module.Name}".Trim() };
        using var dataSource = StartupSource.Create(asModule);
        var result = DeployChanges.To
            .PostgresqlDatabase(new PostgresqlConnectionManager(dataSource))
            .JournalToPostgresqlTable(module.Name, Journal)
            .WithScripts(module.Common)
            .WithScriptsEmbeddedInAssembly(module.Scripts, ModuleSchema.IsScript)
            .WithTransactionPerScript()
            .WithVariablesDisabled()
            .LogTo(new DbUpLog(log))
            .Build()
            .PerformUpgrade();

        var ran = result.Scripts.Select(script => script.Name).ToArray();
        span?.SetTag("app.migration.scripts", ran);
        if (ran.Length > 0)
            Log.Migrated(log, module.Name, ran);
        if (!result.Successful)
            throw Failure(result, module, span);
    }

    private static MigrationFailedException Failure(DatabaseUpgradeResult result, ModuleSchema module, Activity? span)
    {
        span?.Fail(result.Error);
        return new MigrationFailedException(module.Name, result.ErrorScript?.Name ?? Journal, result.Error);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Migrated {Module}: {Scripts}", EventName = "database.migrated")]
        public static partial void Migrated(ILogger log, string module, string[] scripts);
    }
}
