using Dapper;
using ECommerce.Audit;
using ECommerce.Host;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>
/// Where hosts of one test live and die: one folder, one database. At the end it kills what is left, and tells the test's output what each
/// host wrote.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly ITestOutputHelper _output;
    private readonly string? _database;
    private readonly List<HostProcess> _hosts = [];
    private string? _broker;
    private ModuleProcesses? _modules;

    private Site(ITestOutputHelper output, string? database)
    {
        (_output, _database) = (output, database);
        File.SetUnixFileMode(Folder, Reachable); // PostgreSQL's user has to pass through
    }

    /// <summary>The hosts' data folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ec-site-").FullName;

    /// <summary>Opens the shop's database as its owner; where it is embedded, only while a host runs.</summary>
    public string ConnectionString => _database ?? new NpgsqlConnectionStringBuilder
    {
        Host = Path.Combine(Folder, "postgres"),
        Username = "postgres",
        Password = File.ReadAllText(Path.Combine(Folder, "password")),
        Database = "ecommerce",
        Pooling = false,
    }.ConnectionString;

    /// <summary>With a database in the server of the tests, which outlives every host.</summary>
    public static async Task<Site> WithDatabaseAsync(ITestOutputHelper output) => new(output, await TestCluster.NewDatabaseAsync());

    /// <summary>With an empty database, in which the first host has its migrations to run.</summary>
    public static async Task<Site> WithEmptyDatabaseAsync(ITestOutputHelper output) => new(output, await TestCluster.NewEmptyDatabaseAsync());

    /// <summary>With the PostgreSQL that each host brings along.</summary>
    public static Site Embedded(ITestOutputHelper output) => new(output, null);

    /// <summary>Starts a host and waits until it is ready. In the topology <c>services</c> it stands for a host of each module.</summary>
    public async Task<HostProcess> OpenAsync(params (string Variable, string? Value)[] settings)
    {
        if (TestTopologies.Current is TestTopology.Services && _database is not null)
        {
            _modules ??= new(_broker = await TestBroker.RentAsync());
            return await _modules.OpenAsync(settings, Start);
        }

        var host = Start(settings);
        await host.WaitUntilReadyAsync();
        return host;
    }

    /// <summary>Starts a host. It is in no hurry: what hangs at a <see cref="StatementBarrier"/> hangs until the test lets go.</summary>
    public HostProcess Start(params (string Variable, string? Value)[] settings) => Start([], settings);

    public HostProcess Start(string[] through, params (string Variable, string? Value)[] settings)
    {
        var host = HostProcess.Start(Folder, through,
        [
            ("ConnectionStrings__ECommerce", _database),
            ("Data__Directory", Folder),
            ("Bootstrap__AdminEmail", Given.AdminEmail),
            ("Bootstrap__AdminPassword", Given.AdminPassword),
            ("Passwords__Iterations", "10000"),
            ("Database__CommandTimeout", "00:02:00"),
            ("Limits__RequestTimeout", "00:02:00"),
            ("Limits__RequestsPerSecond", "1000000"),
            ("Limits__Burst", "1000000"),
            ("Limits__ConcurrencyPerClient", "100000"),
            ("Limits__RegistrationsPerMinute", "1000000"),
            ("Limits__RegistrationBurst", "1000000"),
            ("Passwords__WaitingPerClient", "100000"),
            ("Passwords__Waiting", "100000"),
            ("Outbox__PollInterval", "00:00:00.100"),
            ("Payments__Timeout", "00:00:20"),
            ("Payments__ResolveInterval", "00:00:00.200"),
            .. HostProcess.WithoutQuotas,
            .. settings,
        ]);
        _hosts.Add(host);
        return host;
    }

    /// <summary>
    /// Kills the host where it hangs, and only then lets the gate open. What it had not committed never happens. Where each module has a host
    /// of its own, that is the host of the gate's module.
    /// </summary>
    public async Task CrashAsync(HostProcess host, StatementBarrier gate)
    {
        await gate.IsReachedAsync();
        await (_modules?.KillAsync(gate.Module) ?? host.KillAsync());
        // A backend that waits for a lock does not notice that its client is gone.
        var sessions = _modules is null ? "ecommerce-%" : $"ecommerce-{gate.Module}";
        await Eventually.TrueAsync(async () => await AskAsync<long>(EndBackends, new { sessions }) == 0, "the backends of the dead host are gone");
        await gate.OpenAsync();
    }

    /// <summary>Kills one of several equal hosts where it hangs, and only then lets the gate open.</summary>
    public static async Task CrashOneAsync(HostProcess host, StatementBarrier gate)
    {
        await gate.IsReachedAsync();
        await host.KillAsync();
        await gate.EndSessionsAsync();
        await gate.OpenAsync();
    }

    public async Task<T?> AskAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.ExecuteScalarAsync<T>(sql, arguments);
    }

    public async Task<IReadOnlyList<T>> ListAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return (await connection.QueryAsync<T>(sql, arguments)).AsList();
    }

    /// <summary>Until the books balance; what does not balance in the end is the failure.</summary>
    public Task BalanceAsync() => Eventually.PassesAsync(async () => (await ListAsync<string>(DatabaseInvariants.Findings(ShopModules.Names))).ShouldBeEmpty());

    public Task ExecuteAsync(string sql) => AskAsync<object>(sql);

    /// <summary>Beside the shop's database, which may be closed to everybody.</summary>
    public async Task ExecuteOnServerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.ExecuteAsync(sql);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (number, host) in _hosts.Index())
        {
            _output.WriteLine($"--- Host {number + 1} wrote:\n{host.Written}");
            await host.DisposeAsync();
        }

        if (_broker is not null)
            TestBroker.Return(_broker);
        if (_database is not null)
            await TestCluster.DropAsync(_database);
        else
            await Eventually.TrueAsync(() => Postgres.ProcessesOf(Folder).Count == 0, "the hosts' PostgreSQL has ended");
        Directory.Delete(Folder, recursive: true);
    }

    private const string EndBackends = """
        SELECT count(pg_terminate_backend(pid))
        FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE @sessions
        """;
}
