using System.Diagnostics;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Postgresql;
using ECommerce.Hosting;
using ECommerce.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using Observability.Tracing;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>Runs the migrations of all modules. Hosts that start at the same time are serialised by an advisory lock.</summary>
public sealed partial class Migrator(ILogger<Migrator> log, IOptions<DatabaseOptions> options)
{
    private const string Journal = "schema_versions";
    private const long TurnKey = 0x65636f6d6d657263; // "ecommerc"; the same in every version, or two versions would not take turns
    private static readonly ActivitySource Source = new(ModuleName.Platform.Source);

    /// <summary>Creates missing roles and schemas in an existing database, and runs each module's new scripts as its role.</summary>
    /// <exception cref="MigrationFailedException">A script failed; it is rolled back, and those before it stay.</exception>
    /// <exception cref="StartupException">Another session held a lock for longer than <see cref="DatabaseOptions.MigrationTimeout"/>.</exception>
    public async Task MigrateAsync(string connectionString, IReadOnlyList<ModuleSchema> modules, CancellationToken ct)
    {
        var timeout = options.Value.MigrationTimeout;
        var configured = new NpgsqlConnectionStringBuilder(connectionString);
        var sessions = new NpgsqlConnectionStringBuilder(connectionString)
        {
            CommandTimeout = 0,
            ApplicationName = MigrationMonitor.NewName(),
            Options = $"{configured.Options} -c lock_timeout={(long)timeout.TotalMilliseconds}".Trim(),
        };
        await using var source = StartupDataSource.Create(sessions);
        await using var watch = MigrationMonitor.Start(source, sessions.ApplicationName, timeout, log, ct);
        try
        {
            await using var turn = await source.OpenConnectionAsync(ct);
            await using var lasting = await AcquireMigrationLockAsync(turn, ct);
            await using var work = await source.OpenConnectionAsync(ct);
            foreach (var module in modules)
            {
                // DbUp is loaded only when there are scripts to run, since most starts have none.
                if (await NeedsWorkAsync(work, module, ct))
                    await Task.Run(() => Run(sessions, module), ct);
            }

            await lasting.CommitAsync(CancellationToken.None);
        }
        catch (Exception failure) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException("The migrations were given up.", failure, ct);
        }
        catch (Exception failure) when (IsLockTimeout(failure))
        {
            throw new StartupException(
                $"The migrations waited {timeout.TotalSeconds:0.#} s for a lock that {watch.Blocker} holds. Let it finish or end it, or raise Database__MigrationTimeout.", failure);
        }
    }

    // The lock is bound to a transaction, not to a session: behind a connection pooler a session outlives the host and would keep the lock.
    private static async Task<NpgsqlTransaction> AcquireMigrationLockAsync(NpgsqlConnection turn, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        var lasting = await turn.BeginTransactionAsync(ct);
        await turn.ExecuteAsync(new CommandDefinition("SET LOCAL idle_in_transaction_session_timeout = 0", cancellationToken: ct));
        await turn.ExecuteAsync(new CommandDefinition("SELECT pg_advisory_xact_lock(@TurnKey)", new { TurnKey }, cancellationToken: ct));
        return lasting;
    }

    private static bool IsLockTimeout(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } or { InnerException: PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } };

    // Only a migration that changes something gets a trace.
    private static async Task<bool> NeedsWorkAsync(NpgsqlConnection work, ModuleSchema module, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        await ModuleRole.EnsureAsync(work, module.Name, ct);
        // A query of a missing journal would leave an error in PostgreSQL's log.
        return !await work.ExecuteScalarAsync<bool>(new CommandDefinition(SelectJournal, new { Schema = module.Name, Journal }, cancellationToken: ct))
            || (await MissingAsync(work, module, ct)).Count > 0;
    }

    /// <returns>The module's scripts that its journal does not list.</returns>
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
        using var dataSource = StartupDataSource.Create(asModule);
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

    private const string SelectJournal = """
        SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = @Schema AND c.relname = @Journal)
        """;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Migrated {Module}: {Scripts}", EventName = "database.migrated")]
        public static partial void Migrated(ILogger log, string module, string[] scripts);
    }
}
