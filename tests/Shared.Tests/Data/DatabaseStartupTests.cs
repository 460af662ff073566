using System.Net;
using System.Net.Sockets;
using ECommerce.EmbeddedPostgres;
using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.Metrics;

namespace ECommerce.Shared.Tests.Data;

[Trait("Category", "Running")]
public sealed class DatabaseStartupTests : IDisposable
{
    private readonly ReachableFolder _folder = new();

    [Fact]
    public async Task Without_a_connection_string_the_host_brings_its_own_database_for_as_long_as_anything_needs_it()
    {
        using var host = NewHost(("Data:Directory", _folder.Path));
        var server = host.Services.GetRequiredService<DatabaseServer>();
        Should.Throw<InvalidOperationException>(() => server.ConnectionString);

        await host.StartAsync();
        server.EmbeddedFolder.ShouldBe(Path.Combine(_folder.Path, "postgres"));
        (await Sql.AskAsync<string>(server.ConnectionString, "SELECT current_database()")).ShouldBe("ecommerce");
        await host.StopAsync();

        host.Services.GetRequiredService<Visitor>().Seen.ShouldBe(["starting: 1", "stopping: 1"]);
        await Should.ThrowAsync<NpgsqlException>(() => Sql.RunAsync(server.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_configured_server_is_used_and_left_running()
    {
        await using var cluster = await PostgresCluster.StartAsync(_folder.Settings with { ThrowAway = true }, NullLogger.Instance, CancellationToken.None);
        using var host = NewHost(("ConnectionStrings:ECommerce", cluster.ConnectionString));

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetRequiredService<DatabaseServer>().EmbeddedFolder.ShouldBeNull();
        (await Sql.AskAsync<long>(cluster.ConnectionString, "SELECT count(*) FROM shelf.schema_versions")).ShouldBe(1);
    }

    [Fact]
    public async Task A_host_without_an_embedded_server_asks_for_a_connection_string()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(Prometheus.Metrics.NewCustomRegistry()).AddSingleton<MetricFamilies>().AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase();
        using var host = builder.Build();

        (await Should.ThrowAsync<StartupException>(() => host.StartAsync())).Message
            .ShouldBe("ConnectionStrings__ECommerce is missing, and this host has no PostgreSQL of its own: say which server to use.");
    }

    [Fact]
    public async Task A_migration_that_fails_stops_the_host_and_leaves_no_server()
    {
        var host = NewHost("nonsense", ("Data:Directory", _folder.Path));

        var failure = await Should.ThrowAsync<MigrationFailedException>(() => host.StartAsync());
        var connectionString = host.Services.GetRequiredService<DatabaseServer>().ConnectionString;
        host.Dispose();

        failure.Message.ShouldStartWith("Migration 0001_shelf.sql of shelf failed");
        await Should.ThrowAsync<NpgsqlException>(() => Sql.RunAsync(connectionString, "SELECT 1"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("no-such-host.invalid")]
    public async Task A_server_that_does_not_answer_is_named_without_its_password(string address)
    {
        var port = FreePort();
        using var host = NewHost(("ConnectionStrings:ECommerce", $"Host={address};Port={port};Username=shop;Password=hush"), ("Database:StartTimeout", "00:00:01"));

        var failure = await Should.ThrowAsync<StartupException>(() => host.StartAsync());

        failure.Message.ShouldBe($"No PostgreSQL answered at {address}:{port} within 1 s: start it, or correct ConnectionStrings__ECommerce.");
    }

    [Fact]
    public async Task A_server_that_refuses_is_told_at_once_with_its_cause_and_without_the_password()
    {
        var settings = _folder.Settings with { ThrowAway = true };
        await using var cluster = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None);
        var right = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        var server = $"PostgreSQL at {right.Host}:5432";
        (Action<NpgsqlConnectionStringBuilder> Change, string Sentence)[] wrong =
        [
            (to => to.Password = "hush", $"{server} refuses the connection (28P01): password authentication failed for user \"postgres\". Correct Username and Password in ConnectionStrings__ECommerce."),
            (to => to.Password = null, $"{server} asks for a password: put Password=… into ConnectionStrings__ECommerce."),
            (to => to.Database = "nowhere", $"{server} refuses the connection (3D000): database \"nowhere\" does not exist. Create the database, or correct Database in ConnectionStrings__ECommerce."),
            (to => to.Host = null, "ConnectionStrings__ECommerce names no Host."),
            (to => to.MinPoolSize = 50, "ConnectionStrings__ECommerce cannot be used with Database__MaxPoolSize=9: Connection can't have 'Max Pool Size' 9 under 'Min Pool Size' 50"),
            (to => to.RootCertificate = "/no/such.crt", "ConnectionStrings__ECommerce: there is no file /no/such.crt, which Root Certificate names."),
        ];

        foreach (var (change, sentence) in wrong)
        {
            var settingsOfHost = new NpgsqlConnectionStringBuilder(right.ConnectionString);
            change(settingsOfHost);
            using var host = NewHost(("ConnectionStrings:ECommerce", settingsOfHost.ConnectionString), ("Database:StartTimeout", "00:10:00"));

            var failure = await Should.ThrowAsync<StartupException>(() => host.StartAsync().WaitAsync(TimeSpan.FromSeconds(30)));

            failure.Message.ShouldBe(sentence);
            failure.Message.ShouldNotContain("hush");
        }
    }

    [Fact]
    public async Task A_server_without_TLS_is_told_at_once_when_TLS_is_required()
    {
        // What every PostgreSQL without TLS answers to a request for it: no.
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answering = AnswerAsync(plain);
        using var host = NewHost(
            ("ConnectionStrings:ECommerce", $"Host=127.0.0.1;Port={((IPEndPoint)plain.LocalEndpoint).Port};Username=shop;Password=hush;SSL Mode=Require"), ("Database:StartTimeout", "00:10:00"));

        var failure = await Should.ThrowAsync<StartupException>(() => host.StartAsync().WaitAsync(TimeSpan.FromSeconds(30)));

        failure.Message.ShouldBe($"PostgreSQL at {plain.LocalEndpoint} speaks no TLS, which SSL Mode=Require requires: switch it on there, or correct SSL Mode in ConnectionStrings__ECommerce.");
        plain.Stop();
        await answering;

        static async Task AnswerAsync(TcpListener listener)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await client.GetStream().ReadExactlyAsync(new byte[8]);
                    await client.GetStream().WriteAsync("N"u8.ToArray());
                }
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }

    [Fact]
    public async Task Kerberos_is_asked_for_nothing_unless_the_connection_string_names_it()
    {
        await using var cluster = await PostgresCluster.StartAsync(_folder.Settings with { ThrowAway = true }, NullLogger.Instance, CancellationToken.None);
        foreach (var (asked, used) in ((string, GssEncryptionMode)[])[("", GssEncryptionMode.Disable), (";GSS Encryption Mode=Prefer", GssEncryptionMode.Prefer)])
        {
            using var host = NewHost(("ConnectionStrings:ECommerce", cluster.ConnectionString.Replace(";GSS Encryption Mode=Disable", "", StringComparison.Ordinal) + asked));
            await host.StartAsync();

            new NpgsqlConnectionStringBuilder(host.Services.GetRequiredService<DatabaseServer>().ConnectionString).GssEncryptionMode.ShouldBe(used);
            await host.StopAsync();
        }
    }

    [Fact]
    public async Task A_connection_string_that_is_none_is_not_repeated()
    {
        using var host = NewHost(("ConnectionStrings:ECommerce", "Pasword=hush"));

        var failure = await Should.ThrowAsync<StartupException>(() => host.StartAsync());

        failure.ToString().ShouldNotContain("hush");
        failure.ToString().ShouldNotContain("Pasword");
    }

    public void Dispose() => _folder.Dispose();

    private static IHost NewHost(params (string Key, string Value)[] settings) => NewHost("CREATE TABLE shelf.books ()", settings);

    private static IHost NewHost(string migration, params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        // Registered before the database on purpose: the order of registration must not matter.
        builder.Services.AddSingleton<Visitor>().AddHostedService(services => services.GetRequiredService<Visitor>());
        builder.Services.AddSingleton(Prometheus.Metrics.NewCustomRegistry()).AddSingleton<MetricFamilies>().AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase().AddEmbeddedPostgres();
        builder.Services.AddSingleton(new ModuleSchema("shelf", new Scripts(("0001_shelf.sql", migration))));
        return builder.Build();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Uses the migrated database in its first and in its last moment.</summary>
    private sealed class Visitor(DatabaseServer server) : IHostedService
    {
        public List<string> Seen { get; } = [];

        public Task StartAsync(CancellationToken cancellationToken) => LookAsync("starting");

        public Task StopAsync(CancellationToken cancellationToken) => LookAsync("stopping");

        private async Task LookAsync(string moment)
        {
            var migrations = await Sql.AskAsync<long>(server.ConnectionString, "SELECT count(*) FROM shelf.schema_versions");
            Seen.Add($"{moment}: {migrations}");
        }
    }
}
