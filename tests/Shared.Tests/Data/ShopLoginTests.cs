using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Observability.Metrics;

namespace ECommerce.Shared.Tests.Data;

/// <summary>What an attacker inside a pool of the embedded server could do: no more than the modules' roles.</summary>
public sealed class ShopLoginTests : IDisposable
{
    private const string Insufficient = PostgresErrorCodes.InsufficientPrivilege;

    private readonly ReachableFolder _folder = new();

    [Fact]
    public async Task The_pools_of_an_embedded_server_do_not_log_in_as_superuser()
    {
        using var host = NewHost();
        await host.StartAsync();
        var login = host.Services.GetRequiredService<DatabaseServer>().ConnectionString;
        await using var module = host.Services.GetRequiredService<ModuleDataSources>().For("shelf").CreateConnection();

        foreach (var connection in (string[])[login, new NpgsqlConnectionStringBuilder(login) { Options = "-c role=shelf" }.ConnectionString])
        {
            (await Sql.AskAsync<bool>(connection, "SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls) FROM pg_roles WHERE rolname IN (session_user, current_user)")).ShouldBeFalse();
            foreach (var attack in (string[])["COPY (SELECT 1) TO PROGRAM 'id'", "COPY (SELECT 1) TO '/tmp/ecommerce-attack'", "SELECT pg_read_file('/etc/passwd')", "SET SESSION AUTHORIZATION postgres", "RESET ROLE; SET ROLE postgres", "CREATE ROLE intruder SUPERUSER LOGIN", "GRANT pg_execute_server_program TO CURRENT_USER", "ALTER SYSTEM SET fsync = off", "SELECT rolpassword FROM pg_authid", "CREATE DATABASE another", "ALTER ROLE postgres PASSWORD 'x'"])
                (await Should.ThrowAsync<PostgresException>(() => Sql.RunAsync(connection, attack), attack)).SqlState.ShouldBe(Insufficient, attack);
        }

        await module.OpenAsync();
        (await Sql.AskAsync<string>(login, "SELECT string_agg(DISTINCT usename, ',') FROM pg_stat_activity WHERE application_name LIKE 'ecommerce-%'")).ShouldBe("shop");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_folder_of_an_earlier_version_is_handed_over_with_what_is_in_it()
    {
        // As hosts did until they had a login of their own: everything as superuser.
        await using (var cluster = await PostgresCluster.StartAsync(_folder.Settings, NullLogger.Instance, CancellationToken.None))
        {
            await Sql.RunAsync(cluster.ConnectionString, "CREATE DATABASE ecommerce");
            var database = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = "ecommerce" }.ConnectionString;
            await new Migrator(NullLogger<Migrator>.Instance, Options.Create(new DatabaseOptions()))
                .MigrateAsync(database, [new("shelf", new Scripts(("0001_shelf.sql", "CREATE TABLE shelf.books (title text)")))], CancellationToken.None);
            await Sql.RunAsync(database, "INSERT INTO shelf.books VALUES ('kept')");
        }

        for (var start = 1; start <= 2; start++)
        {
            using var host = NewHost(("0001_shelf.sql", "CREATE TABLE shelf.books (title text)"), ($"000{start + 1}_more.sql", $"ALTER TABLE shelf.books ADD more_{start} text"));
            await host.StartAsync();
            await using (var module = await host.Services.GetRequiredService<ModuleDataSources>().For("shelf").OpenConnectionAsync())
            {
                await using var ask = new NpgsqlCommand("SELECT title || ' by ' || session_user || ' as ' || current_user FROM shelf.books", module);
                (await ask.ExecuteScalarAsync()).ShouldBe("kept by shop as shelf");
            }

            await host.StopAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private IHost NewHost(params (string Name, string Sql)[] scripts)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Data:Directory"] = _folder.Path });
        builder.Services.AddSingleton(Prometheus.Metrics.NewCustomRegistry()).AddSingleton<MetricFamilies>().AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase().AddEmbeddedPostgres();
        builder.Services.AddSingleton(new ModuleSchema("shelf", new Scripts(scripts.Length > 0 ? scripts : [("0001_shelf.sql", "CREATE TABLE shelf.books (title text)")])));
        return builder.Build();
    }
}
