using System.Collections.Concurrent;
using System.Diagnostics;
using Dapper;
using ECommerce.EmbeddedPostgres;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ECommerce.Shared.Tests.Data;

/// <summary>One cluster for all migrations; each test has a database, and modules, of its own.</summary>
public sealed class MigrationCluster : IAsyncLifetime
{
    private PostgresCluster? _cluster;

    public async Task InitializeAsync() =>
        _cluster = await PostgresCluster.StartAsync(new ReachableFolder().Settings with { ThrowAway = true }, NullLogger.Instance, CancellationToken.None);

    public async Task DisposeAsync() => await _cluster!.DisposeAsync();

    public async Task<string> NewDatabaseAsync()
    {
        var name = $"shop_{Guid.NewGuid():N}";
        await Sql.RunAsync(_cluster!.ConnectionString, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = name }.ConnectionString;
    }
}

public sealed class MigratorTests(MigrationCluster cluster) : IClassFixture<MigrationCluster>
{
    // Roles outlive a test's database, so each test has modules nobody else has.
    private readonly string _module = $"m{Guid.NewGuid():N}"[..12];
    private readonly LogLines _lines = new();

    [Fact]
    public async Task Scripts_run_once_and_in_the_order_of_their_names()
    {
        var database = await cluster.NewDatabaseAsync();
        ModuleSchema[] modules = [Module(("0002_rows.sql", "INSERT INTO {0}.things VALUES (1)"), ("0001_things.sql", "CREATE TABLE {0}.things (id int)"))];

        await MigrateAsync(database, modules);
        await MigrateAsync(database, modules);

        (await Sql.AskAsync<long>(database, $"SELECT count(*) FROM {_module}.things")).ShouldBe(1);
        (await JournalAsync(database)).ShouldBe("0001_things.sql 0002_rows.sql");
        _lines.Written.ShouldBe([$"Migrated {_module}: 0001_things.sql, 0002_rows.sql"]);
    }

    [Fact]
    public async Task What_a_migration_makes_belongs_to_the_modules_role()
    {
        var database = await cluster.NewDatabaseAsync();

        await MigrateAsync(database, [Module(("0001_things.sql", "CREATE TABLE {0}.things (id int)"))]);

        (await Sql.AskAsync<string>(database, $"SELECT string_agg(DISTINCT tableowner, ' ') FROM pg_tables WHERE schemaname = '{_module}'")).ShouldBe(_module);
        (await Sql.AskAsync<bool>(database, $"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{_module}'")).ShouldBeFalse();
    }

    [Fact]
    public async Task Two_hosts_that_start_at_once_take_turns()
    {
        var database = await cluster.NewDatabaseAsync();
        ModuleSchema[] modules = [Module(("0001_things.sql", "SELECT pg_sleep(0.2); CREATE TABLE {0}.things (id int)"))];

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync(database, modules)));

        (await JournalAsync(database)).ShouldBe("0001_things.sql");
        _lines.Written.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Databases_of_one_cluster_can_be_migrated_at_once()
    {
        var databases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => cluster.NewDatabaseAsync()));
        var scripts = new Scripts(("0001_nothing.sql", "SELECT 1"));
        ModuleSchema[] modules = [.. Enumerable.Range(0, 3).Select(number => new ModuleSchema($"{_module}_{number}", scripts))];

        await Task.WhenAll(databases.Select(database => MigrateAsync(database, modules)));

        foreach (var database in databases)
            (await Sql.AskAsync<long>(database, $"SELECT count(*) FROM pg_tables WHERE schemaname LIKE '{_module}%'")).ShouldBe(modules.Length);
    }

    [Fact]
    public async Task A_role_that_another_host_is_making_at_this_moment_is_shared()
    {
        var (ours, theirs) = (await cluster.NewDatabaseAsync(), await cluster.NewDatabaseAsync());
        await using var other = new NpgsqlConnection($"{theirs};Pooling=false");
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await other.ExecuteAsync($"CREATE ROLE {_module} NOLOGIN");

        var migration = MigrateAsync(ours, [Module(("0001_things.sql", "CREATE TABLE {0}.things (id int)"))]);
        await Eventually.TrueAsync(() => Sql.AskAsync<bool>(
            theirs, $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{Name(ours)}' AND wait_event_type = 'Lock')"));
        await transaction.CommitAsync();
        await migration;

        (await JournalAsync(ours)).ShouldBe("0001_things.sql");
    }

    [Fact]
    public async Task A_failing_script_is_named_and_rolled_back_and_those_before_it_stay()
    {
        var database = await cluster.NewDatabaseAsync();
        var things = ("0001_things.sql", "CREATE TABLE {0}.things (id int)");

        var failure = await Should.ThrowAsync<MigrationFailedException>(() =>
            MigrateAsync(database, [Module(things, ("0002_bad.sql", "CREATE TABLE {0}.half (id int); SELECT no_such_column"))]));

        failure.ShouldBeAssignableTo<StartupException>();
        failure.Message.ShouldBe($"Migration 0002_bad.sql of {_module} failed and was rolled back: column \"no_such_column\" does not exist (42703)");
        (await JournalAsync(database)).ShouldBe("0001_things.sql");
        (await Sql.AskAsync<bool>(database, $"SELECT to_regclass('{_module}.half') IS NULL")).ShouldBeTrue();

        await MigrateAsync(database, [Module(things, ("0002_bad.sql", "CREATE TABLE {0}.half (id int)"))]);
        (await JournalAsync(database)).ShouldBe("0001_things.sql 0002_bad.sql");
    }

    [Fact]
    public async Task A_login_that_is_no_superuser_becomes_each_module_and_a_module_is_blind_to_the_others()
    {
        var database = await cluster.NewDatabaseAsync();
        var other = $"other_{_module}";
        await Sql.RunAsync(database, $"CREATE ROLE login_{_module} LOGIN CREATEROLE PASSWORD 'a'; GRANT CREATE ON DATABASE {Name(database)} TO login_{_module}");
        var login = new NpgsqlConnectionStringBuilder(database) { Username = $"login_{_module}", Password = "a" }.ConnectionString;
        var scripts = new Scripts(("0001_nothing.sql", "SELECT 1"));

        await MigrateAsync(login, [new ModuleSchema(_module, scripts), new ModuleSchema(other, scripts)]);

        var asModule = $"{login};Options=-c role={_module}";
        (await Sql.AskAsync<long>(asModule, $"SELECT count(*) FROM {_module}.schema_versions")).ShouldBe(1);
        var refusal = await Should.ThrowAsync<PostgresException>(() => Sql.RunAsync(asModule, $"SELECT count(*) FROM {other}.schema_versions"));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task A_login_without_the_right_to_make_roles_is_told_what_it_lacks()
    {
        var database = await cluster.NewDatabaseAsync();
        await Sql.RunAsync(database, $"CREATE ROLE login_{_module} LOGIN PASSWORD 'a'");
        var login = new NpgsqlConnectionStringBuilder(database) { Username = $"login_{_module}", Password = "a" }.ConnectionString;

        var failure = await Should.ThrowAsync<StartupException>(() => MigrateAsync(login, [Module()]));

        failure.Message.ShouldContain("give it CREATEROLE");
    }

    [Theory]
    [InlineData("SELECT pg_advisory_lock(7305805536302559843)")] // the turn, as an earlier version takes it
    [InlineData("BEGIN; LOCK TABLE {0}.things")] // a table that a script changes
    public async Task Whoever_holds_a_lock_that_the_migrations_need_is_named_and_not_waited_for_without_end(string held)
    {
        var database = await cluster.NewDatabaseAsync();
        var things = ("0001_things.sql", "CREATE TABLE {0}.things (id int)");
        ModuleSchema[] next = [Module(things, ("0002_more.sql", "ALTER TABLE {0}.things ADD more int"))];
        await MigrateAsync(database, [Module(things)]);
        await using (var other = new NpgsqlConnection($"{database};Pooling=false;Application Name=somebody else"))
        {
            await other.OpenAsync();
            await other.ExecuteAsync(held.Replace("{0}", _module, StringComparison.Ordinal));

            var failure = await Should.ThrowAsync<StartupException>(() => MigrateAsync(database, next, TimeSpan.FromSeconds(3)));

            var holder = $"session {other.ProcessID} (somebody else, login postgres)";
            failure.Message.ShouldBe($"The migrations waited 3 s for a lock that {holder} holds. Let it finish or end it, or raise Database__MigrationTimeout.");
            _lines.Written.ShouldContain($"The migrations wait for a lock that {holder} holds, for 1 s more at most");
        }

        await MigrateAsync(database, next);
        (await JournalAsync(database)).ShouldBe("0001_things.sql 0002_more.sql");
    }

    [Fact]
    public async Task A_migration_that_is_given_up_ends_the_statement_that_runs_and_leaves_no_session()
    {
        var database = await cluster.NewDatabaseAsync();
        using var stop = new CancellationTokenSource();

        var migration = MigrateAsync(database, [Module(("0001_slow.sql", "SELECT pg_sleep(600)"))], ct: stop.Token);
        await Eventually.TrueAsync(() => Sql.AskAsync<bool>(
            database, "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep')"));
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => migration.WaitAsync(TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync(() => Sql.AskAsync<bool>(
            database, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"));
    }

    [Fact]
    public async Task A_first_migration_asks_for_nothing_that_is_not_there()
    {
        var database = await cluster.NewDatabaseAsync();

        await MigrateAsync(database, [Module(("0001_things.sql", "CREATE TABLE {0}.things (id int)"))]);

        // Every statement that fails rolls its transaction back, and leaves an error in the server's log. A session counts at its end.
        await Eventually.TrueAsync(() => Sql.AskAsync<bool>(
            database, "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"));
        (await Sql.AskAsync<long>(database, "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()")).ShouldBe(0);
    }

    [Fact]
    public async Task A_migration_leaves_a_span_that_names_its_scripts_and_having_nothing_to_do_leaves_none()
    {
        var database = await cluster.NewDatabaseAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "ECommerce.Platform",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await MigrateAsync(database, [Module(("0001_things.sql", "CREATE TABLE {0}.things (id int)"))]);
        await MigrateAsync(database, [Module(("0001_things.sql", "CREATE TABLE {0}.things (id int)"))]);
        await Should.ThrowAsync<MigrationFailedException>(() => MigrateAsync(database, [Module(("0002_bad.sql", "nonsense"))]));

        var (migrated, failed) = spans.Where(span => span.DisplayName == $"migrate {_module}").ToArray() is [var one, var two] ? (one, two) : default;
        migrated.GetTagItem("app.module").ShouldBe(_module);
        migrated.GetTagItem("app.migration.scripts").ShouldBeOfType<string[]>().ShouldBe(["0001_things.sql"]);
        migrated.Status.ShouldBe(ActivityStatusCode.Unset);
        failed.Status.ShouldBe(ActivityStatusCode.Error);
        failed.GetTagItem("error.type").ShouldBe("Npgsql.PostgresException");
    }

    private ModuleSchema Module(params (string Name, string Sql)[] scripts) =>
        new(_module, new Scripts([.. scripts.Select(script => (script.Name, script.Sql.Replace("{0}", _module, StringComparison.Ordinal)))]));

    private Task MigrateAsync(string connectionString, ModuleSchema[] modules, TimeSpan? timeout = null, CancellationToken ct = default) =>
        new Migrator(_lines, Options.Create(new DatabaseOptions { MigrationTimeout = timeout ?? TimeSpan.FromMinutes(5) })).MigrateAsync(connectionString, modules, ct);

    private Task<string> JournalAsync(string database) =>
        Sql.AskAsync<string>(database, $"SELECT string_agg(scriptname, ' ' ORDER BY schemaversionsid) FROM {_module}.schema_versions");

    private static string Name(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private sealed class LogLines : ILogger<Migrator>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Written)
                Written.Add(formatter(state, exception));
        }
    }
}
