using Dapper;
using ECommerce.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Observability.Logging;
using OpenTelemetry.Trace;
using Shouldly;
using Xunit;

namespace ECommerce.Testing;

/// <summary>
/// The real host on real sockets, with a database of its own. One per test class (<c>IClassFixture</c>) or collection; derive from it to
/// change settings or services. By <see cref="TestTopology"/> it is several hosts, which a test cannot tell from one.
/// </summary>
public class ShopFixture : ShopClient, IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ec-host-");
    private HostGroup? _hosts;

    public ShopFixture() => Observer = new(this);

    /// <summary>The host's clock.</summary>
    public MovableClock Clock { get; } = new();

    /// <summary>What <c>X-Management-Key</c> must say.</summary>
    public string ManagementKey { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Every log line of the host.</summary>
    public CapturedLog Log { get; } = new();

    /// <summary>Every span that ended.</summary>
    public CapturedSpans Spans { get; } = new();

    public IServiceProvider Services => (_hosts ?? throw new InvalidOperationException("The host has not been started.")).Services;

    /// <summary>Opens the shop's database with the login of the host, which sees every module's schema.</summary>
    public string ConnectionString { get; private set; } = "";

    private Observer Observer { get; }

    public virtual async Task InitializeAsync()
    {
        ConnectionString = await NewDatabaseAsync();
        Dictionary<string, string?> settings = new()
        {
            ["environment"] = "Development",
            ["ConnectionStrings:ECommerce"] = ConnectionString,
            ["Data:Directory"] = _data.FullName,
            ["Endpoints:Public"] = "http://127.0.0.1:0",
            ["Endpoints:Management"] = "http://127.0.0.1:0",
            ["Management:Key"] = ManagementKey,
            ["Bootstrap:AdminEmail"] = Given.AdminEmail,
            ["Bootstrap:AdminPassword"] = Given.AdminPassword,
            ["Shop:DemoData"] = "false",
            ["Limits:RequestsPerSecond"] = "1000000",
            ["Limits:Burst"] = "1000000",
            ["Limits:ConcurrencyPerClient"] = "100000",
            ["Connections:PerClient"] = "100000",
            ["Limits:FailedLoginsPerMinute"] = "100000",
            ["Management:WrongKeys"] = "100000",
            // All come from one address here.
            ["Limits:RegistrationsPerMinute"] = "1000000",
            ["Limits:RegistrationBurst"] = "1000000",
            ["Passwords:WaitingPerClient"] = "100000",
            ["Passwords:Waiting"] = "100000",
            // Hundreds race for a handful of rows here, on machines that have other things to do: waiting is part of it.
            ["Database:AcquireTimeout"] = "00:00:30",
            ["Database:SilenceTimeout"] = "00:00:30",
            ["Logging:Format"] = "Json",
            // Hashing slowly is for attackers; a test's customer has nothing to lose.
            ["Passwords:Iterations"] = "10000",
            // Rounds come often, so that a test that moves the clock need not wait long for one; not so often that all hosts do little else.
            ["Products:LapseInterval"] = "00:00:00.500",
            ["Products:StockGaugeInterval"] = "00:00:01",
            ["Orders:ExpiryInterval"] = "00:00:00.500",
            ["Orders:GaugeInterval"] = "00:00:01",
            ["Users:ErasureInterval"] = "00:00:00.500",
            ["Orders:PurgeInterval"] = "00:00:00.500",
            ["Products:PurgeInterval"] = "00:00:00.500",
            // A test has few customers, and some order more than one person would.
            ["Orders:UnpaidOrders"] = "1000000",
            ["Orders:UnpaidUnits"] = "1000000000",
            ["Orders:UnpaidValue"] = "999999999999.99",
            ["Orders:OrdersPerHour"] = "1000000",
            ["Outbox:WatchInterval"] = "00:00:01",
            ["Payments:Timeout"] = "00:00:00.300",
            ["Payments:SlowAnswer"] = "00:00:01",
            ["Payments:ResolveInterval"] = "00:00:00.200",
        };
        Configure(settings);
        // A fixture that says which modules its host holds is one host of a shop that the test has put together.
        _hosts = await HostGroup.StartAsync(settings.ContainsKey("Modules:Hosted") ? TestTopology.Monolith : Topology, settings, _data.FullName, services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.AddSingleton(new LogOutput(Log));
            services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(Spans));
            ConfigureServices(services);
        });
        Spans.Hop = _hosts.Hop;
        Log.IsOfHop = _hosts.Hop is null ? null : line => Hop.IsCompletion(line, Spans.IsOfHop);
        Call(_hosts.PublicAddress, _hosts.ManagementAddress, settings.GetValueOrDefault("Management:Key") ?? "");
    }

    public virtual async Task DisposeAsync()
    {
        HangUp();
        if (_hosts is not null)
            await _hosts.DisposeAsync();
        if (ConnectionString.Length > 0)
            await TestCluster.DropAsync(ConnectionString);
        _data.Delete(recursive: true);
    }

    /// <summary>Sends a request in a trace of its own and collects all that can be seen of it; see <see cref="Observation"/>.</summary>
    public Task<Observation> ObserveAsync(HttpMethod method, string path, object? body = null, Customer? by = null, params (string Name, string Value)[] headers) =>
        Observer.ObserveAsync(Request(method, path, body, by, headers));

    /// <summary>Sends a request in a trace of its own and collects all that can be seen of it; see <see cref="Observation"/>.</summary>
    public Task<Observation> ObserveAsync(HttpRequestMessage request) => Observer.ObserveAsync(request);

    /// <summary>The rows of a query, each a dictionary by column, for assertions and for <see cref="Observation.With"/>.</summary>
    public async Task<IReadOnlyList<IDictionary<string, object?>>> RowsAsync(string sql, object? arguments = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return [.. (await connection.QueryAsync(sql, arguments)).Cast<IDictionary<string, object?>>()];
    }

    /// <summary>One value out of the database.</summary>
    public async Task<T?> ScalarAsync<T>(string sql, object? arguments = null)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        return await connection.ExecuteScalarAsync<T>(sql, arguments);
    }

    /// <summary>Until every event is delivered, dead letters apart: what follows from what was done has been done.</summary>
    public Task SettleAsync() => Eventually.PassesAsync(async () => (await RowsAsync(Pending)).ShouldBeEmpty("Every event is delivered soon."));

    /// <summary>The topology of a derived fixture.</summary>
    private protected virtual TestTopology Topology => TestTopologies.Current;

    private protected override HttpMessageHandler ToPublic(HttpMessageHandler sockets) => _hosts!.ToPublic(sockets);

    private protected override HttpMessageHandler ToManagement(HttpMessageHandler sockets) => _hosts!.ToManagement(sockets);

    /// <summary>The database of a derived fixture.</summary>
    protected virtual Task<string> NewDatabaseAsync() => TestCluster.NewDatabaseAsync();

    /// <summary>Changes the settings of a derived fixture, by configuration key.</summary>
    protected virtual void Configure(IDictionary<string, string?> settings)
    {
    }

    /// <summary>Has the last word on the services of a derived fixture.</summary>
    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }

    private static readonly string Pending = string.Join(
        " UNION ALL ", ShopModules.Names.Select(module => $"SELECT type, attempts, last_error FROM {module}.outbox WHERE dead_at IS NULL"));
}
