using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Metrics;

namespace ECommerce.Shared.Tests.Data;

/// <summary>Servers and databases with which the shop cannot work: each stops the start with one sentence, before anything is written.</summary>
public sealed class ServerInspectionTests(MigrationCluster cluster) : IClassFixture<MigrationCluster>
{
    private const string Pooler = "ConnectionStrings__ECommerce leads to a connection pooler that";

    // Roles belong to the whole cluster, so each test has a module and a login that nobody else has.
    private readonly string _module = $"m{Guid.NewGuid():N}"[..12];

    private string Login => $"login_{_module}";

    [Fact]
    public async Task A_pooler_in_front_of_PostgreSQL_is_refused_in_either_mode()
    {
        var database = await cluster.NewDatabaseAsync();
        var server = new NpgsqlConnectionStringBuilder(database);
        await using (var pooler = await PgBouncer.StartAsync(server.Host!, server.Database!, server.Username!, server.Password!))
        {
            (await RefusalAsync(pooler.PerTransaction)).ShouldStartWith($"{Pooler} changes the session between transactions, as PgBouncer does with pool_mode=transaction: ");
            (await RefusalAsync(pooler.PerSession)).ShouldStartWith($"{Pooler} drops the startup parameter options, as PgBouncer does: ");
        }

        await using (var pooler = await PgBouncer.StartAsync(server.Host!, server.Database!, server.Username!, server.Password!, ignored: "extra_float_digits"))
            (await RefusalAsync(pooler.PerSession)).ShouldStartWith($"{Pooler} drops the startup parameter options, as PgBouncer does: ");
        (await Sql.AskAsync<long>(database, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")).ShouldBe(0);
        await IsUntouchedAsync(database);
    }

    [Fact]
    public async Task A_database_that_is_not_in_UTF_8_is_refused()
    {
        var template = new NpgsqlConnectionStringBuilder(await cluster.NewDatabaseAsync());
        var name = $"{template.Database}_latin1";
        await Sql.RunAsync(template.ConnectionString, $"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        template.Database = name;

        (await RefusalAsync(template.ConnectionString)).ShouldBe(
            $"The database {name} is encoded in LATIN1 and cannot hold every name: make one WITH ENCODING 'UTF8' and restore the data into it.");
        await IsUntouchedAsync(template.ConnectionString);
    }

    [Fact]
    public async Task A_database_that_takes_no_changes_is_refused()
    {
        var database = await cluster.NewDatabaseAsync();
        await Sql.RunAsync(database, $"ALTER DATABASE {Name(database)} SET default_transaction_read_only = on");

        (await RefusalAsync(database)).ShouldBe(
            $"The database {Name(database)} takes no changes: turn default_transaction_read_only off for the server, the database and the login.");
    }

    [Fact]
    public async Task A_database_that_was_restored_without_owners_is_refused()
    {
        var database = await cluster.NewDatabaseAsync();
        (await RefusalAsync(database)).ShouldBeNull();
        await Sql.RunAsync(database, $"ALTER TABLE {_module}.things OWNER TO postgres; ALTER TABLE {_module}.schema_versions OWNER TO postgres; ALTER SCHEMA {_module} OWNER TO postgres");

        (await RefusalAsync(database)).ShouldBe(
            $"The schema {_module} holds 2 tables that belong to postgres and not to the role {_module}, as after a restore without owners: make the role first and restore with owners, or run ALTER TABLE … OWNER TO {_module} for each of them.");

        await Sql.RunAsync(database, $"ALTER TABLE {_module}.things OWNER TO {_module}; ALTER TABLE {_module}.schema_versions OWNER TO {_module}");
        (await RefusalAsync(database)).ShouldBe(
            $"The role {_module} may not work in the schema {_module}, which belongs to postgres: run ALTER SCHEMA {_module} OWNER TO {_module}.");

        await Sql.RunAsync(database, $"ALTER SCHEMA {_module} OWNER TO {_module}");
        (await RefusalAsync(database)).ShouldBeNull();
    }

    [Fact]
    public async Task A_login_is_told_which_right_it_lacks_and_how_to_give_it()
    {
        var database = await cluster.NewDatabaseAsync();
        await Sql.RunAsync(database, $"CREATE ROLE {Login} LOGIN NOINHERIT PASSWORD 'a'");
        var login = new NpgsqlConnectionStringBuilder(database) { Username = Login, Password = "a" }.ConnectionString;
        const string Lacks = "The login in ConnectionStrings__ECommerce may not";

        (await RefusalAsync(login)).ShouldStartWith($"The login {Login} does not inherit the rights of the modules' roles: run ALTER ROLE {Login} INHERIT");
        await Sql.RunAsync(database, $"ALTER ROLE {Login} INHERIT");
        (await RefusalAsync(login)).ShouldBe($"{Lacks} make the role {_module}: give it CREATEROLE, or run CREATE ROLE {_module} NOLOGIN for it.");
        await Sql.RunAsync(database, $"CREATE ROLE {_module} NOLOGIN");
        (await RefusalAsync(login)).ShouldBe($"{Lacks} become the role {_module}: give it the role by GRANT {_module}.");
        await Sql.RunAsync(database, $"GRANT {_module} TO {Login}");
        (await RefusalAsync(login)).ShouldBe($"{Lacks} make the schema {_module}: give it CREATE on its database, or run CREATE SCHEMA {_module} AUTHORIZATION {_module} for it.");
        await Sql.RunAsync(database, $"CREATE SCHEMA {_module} AUTHORIZATION {_module}");
        (await RefusalAsync(login)).ShouldBeNull("no right to make anything is needed when all is made");
    }

    /// <returns>The one sentence; null when the start succeeds.</returns>
    private async Task<string?> RefusalAsync(string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:ECommerce"] = connectionString });
        builder.Services.AddSingleton(Prometheus.Metrics.NewCustomRegistry()).AddSingleton<MetricFamilies>().AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase();
        builder.Services.AddSingleton(new ModuleSchema(_module, new Scripts(("0001_things.sql", $"CREATE TABLE {_module}.things (id int)"))));
        using var host = builder.Build();
        try
        {
            await host.StartAsync();
            await host.StopAsync();
            return null;
        }
        catch (StartupException refusal)
        {
            refusal.Message.ShouldNotContain('\n');
            return refusal.Message;
        }
    }

    private async Task IsUntouchedAsync(string database)
    {
        (await Sql.AskAsync<bool>(database, $"SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{_module}')")).ShouldBeFalse();
        (await Sql.AskAsync<bool>(database, $"SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '{_module}')")).ShouldBeFalse();
    }

    private static string Name(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;
}
