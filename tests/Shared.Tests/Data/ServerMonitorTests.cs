using System.Text;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Shared.Tests.Data;

/// <summary>What the page says of PostgreSQL, asked as a login that may do no more than its host needs.</summary>
public sealed class ServerMonitorTests(MigrationCluster cluster) : IClassFixture<MigrationCluster>, IAsyncLifetime
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly string _login = $"login_{Guid.NewGuid():N}"[..18];
    private string _asSuperuser = "";
    private IHost _host = null!;

    [Fact]
    public async Task A_login_that_is_no_superuser_sees_what_the_server_does()
    {
        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_commits_total") > 0);
        var page = await PageAsync();

        foreach (var name in (string[])["commits_total", "rollbacks_total", "deadlocks_total", "blks_hit_total", "blks_read_total", "temp_files_total", "temp_io_bytes_total", "db_size_bytes", "connection_max"])
            page.Keys.ShouldContain($"postgresql_{name}");
        page["postgresql_db_size_bytes"].ShouldBe(await Sql.AskAsync<long>(_asSuperuser, "SELECT pg_database_size(current_database())"), 1_000_000);
        page["postgresql_connection_max"].ShouldBe(await Sql.AskAsync<int>(_asSuperuser, "SELECT current_setting('max_connections')::int"));
        page[Backends("active")].ShouldBeGreaterThan(0, "it sees at least itself at work");
    }

    [Fact]
    public async Task Backends_are_told_apart_by_state_where_the_login_may_know_it()
    {
        await using var ours = await OpenAsync(new NpgsqlConnectionStringBuilder(_asSuperuser) { Username = _login, Password = "a" }.ConnectionString);
        await using var theirs = await OpenAsync(_asSuperuser);
        await ours.ExecuteAsync("BEGIN; SELECT 1");

        await Eventually.TrueAsync(async () => await ValueAsync(Backends("idle in transaction")) == 1 && await ValueAsync(Backends("unknown")) == 1);

        await ours.ExecuteAsync("ROLLBACK");
        await Eventually.TrueAsync(async () => await ValueAsync(Backends("idle in transaction")) == 0 && await ValueAsync(Backends("idle")) > 0);
    }

    [Fact]
    public async Task A_reset_of_the_statistics_neither_lowers_a_counter_nor_stops_it()
    {
        await Sql.AskAsync<object>(_asSuperuser, "DO $$ BEGIN FOR i IN 1..500 LOOP COMMIT; END LOOP; END $$");
        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_commits_total") > 500);
        await Sql.AskAsync<object>(_asSuperuser, "SELECT pg_stat_reset()");
        var before = await ValueAsync("postgresql_commits_total");

        for (var i = 0; i < 10; i++)
            await Sql.AskAsync<int>(_asSuperuser, "SELECT 1");

        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_commits_total") >= before + 10);
        (await Sql.AskAsync<long>(_asSuperuser, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")).ShouldBeLessThan((long)before!);
    }

    [Fact]
    public async Task While_the_database_cannot_be_asked_the_gauges_are_gone_and_the_counters_stay()
    {
        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_connection_max") > 0);
        var database = new NpgsqlConnectionStringBuilder(_asSuperuser).Database;
        var elsewhere = new NpgsqlConnectionStringBuilder(_asSuperuser) { Database = "postgres" }.ConnectionString;

        await Sql.AskAsync<object>(elsewhere, $"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false");
        await Sql.AskAsync<object>(elsewhere, $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{database}'");

        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_connection_max") is null);
        (await PageAsync()).Keys.Where(series => series.StartsWith("postgresql_", StringComparison.Ordinal)).ShouldAllBe(series => series.EndsWith("_total"));
        (await ValueAsync("postgresql_commits_total")).ShouldNotBeNull().ShouldBeGreaterThan(0);

        await Sql.AskAsync<object>(elsewhere, $"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true");
        await Eventually.TrueAsync(async () => await ValueAsync("postgresql_connection_max") > 0 && await ValueAsync(Backends("active")) > 0);
    }

    public async Task InitializeAsync()
    {
        _asSuperuser = await cluster.NewDatabaseAsync();
        var database = new NpgsqlConnectionStringBuilder(_asSuperuser).Database;
        await Sql.RunAsync(_asSuperuser, $"CREATE ROLE {_login} LOGIN CREATEROLE PASSWORD 'a'; GRANT CREATE ON DATABASE {database} TO {_login}");

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:ECommerce"] = new NpgsqlConnectionStringBuilder(_asSuperuser) { Username = _login, Password = "a" }.ConnectionString,
            ["Database:StatisticsInterval"] = "00:00:00.050",
        });
        builder.Services.AddSingleton(_registry).AddSingleton<MetricFamilies>().AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase();
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static string Backends(string state) => $$"""postgresql_backends{state="{{state}}"}""";

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private async Task<double?> ValueAsync(string series) => (await PageAsync()).TryGetValue(series, out var value) ? value : null;

    private async Task<IReadOnlyDictionary<string, double>> PageAsync()
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page);
        return Testing.Metrics.Parse(Encoding.UTF8.GetString(page.ToArray())).Values;
    }
}
