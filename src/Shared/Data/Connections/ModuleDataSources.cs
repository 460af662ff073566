using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The connection pools, one per module. All log in as the same user and take the module's role, which owns its schema and cannot read the
/// others (docs/ARCHITECTURE.md, fences). Two more belong to no module.
/// </summary>
public sealed class ModuleDataSources(
    DatabaseServer server, DatabaseCircuit circuit, AbandonedCalls abandonedCalls, DatabaseMetrics metrics, IEnumerable<IStatementInterceptor> interceptors,
    IOptions<DatabaseOptions> options, TimeProvider clock, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string Platform = "platform";
    private const string Probe = "probe";

    // Callers stop waiting by themselves. At its own limit the driver would block a thread of the pool to cancel the statement.
    private const int DriverExtraSeconds = 10;

    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _sources = new();

    static ModuleDataSources() => DapperMapping.Configure();

    public NpgsqlDataSource For(string module) => _sources.GetOrAdd(module, name => new(() => Create(name, name, options.Value.MaxPoolSize))).Value;

    /// <summary>
    /// A pool with one connection under the login itself, for statistics of the server: the login sees its own sessions, which a module's
    /// role does not.
    /// </summary>
    public NpgsqlDataSource ForServer() => _sources.GetOrAdd(Platform, name => new(() => Create(name, null, 1))).Value;

    public DatabaseCircuit Circuit => circuit;

    internal TimeProvider Clock => clock;

    internal StatementChain Statements { get; } = new(interceptors);

    internal StatementRetries StatementRetries { get; } = new(metrics, loggers.CreateLogger<StatementRetries>());

    /// <summary>
    /// A data source without pooling under the login itself, for the probe: an old connection says nothing about new ones.
    /// </summary>
    internal NpgsqlDataSource ForProbe() => _sources.GetOrAdd(Probe, name => new(() => Create(name, null, 1, isPooled: false))).Value;

    /// <summary>Opens a session from a module's pool. Only sessions enforce every limit.</summary>
    public ValueTask<DatabaseSession> OpenAsync(string module, CancellationToken ct) => OpenAsync(For(module), ct);

    /// <inheritdoc cref="OpenAsync(string, CancellationToken)"/>
    internal ValueTask<DatabaseSession> OpenAsync(NpgsqlDataSource source, CancellationToken ct) =>
        DatabaseSession.OpenAsync(source, circuit, abandonedCalls, options.Value, ct);

    /// <summary>Closes the idle connections of a module's pool now, and busy ones when they are returned.</summary>
    public void Clear(string module) => Clear(For(module));

    /// <summary>Closes the idle connections of all pools now, and busy ones when they are returned.</summary>
    internal void Clear()
    {
        foreach (var source in _sources.Values.Where(source => source.IsValueCreated))
            Clear(source.Value);
    }

    /// <summary>
    /// The one place that clears a pool. The driver's Clear returns at once while another thread clears the same pool, whose idle connections
    /// can still be had: a second attempt would get a session of before. So each waits for the other.
    /// </summary>
    internal static void Clear(NpgsqlDataSource pool)
    {
        lock (pool)
            pool.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values.Where(source => source.IsValueCreated))
            await source.Value.DisposeAsync();
    }

    private NpgsqlDataSource Create(string name, string? role, int maxPoolSize, bool isPooled = true)
    {
        var given = new NpgsqlConnectionStringBuilder(server.ConnectionString);
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Options = SessionOptions.Of(given.Options, role),
            ApplicationName = $"ecommerce-{name}",
            Pooling = isPooled,
            MaxPoolSize = maxPoolSize,
            MinPoolSize = Math.Min(given.MinPoolSize, maxPoolSize),
            Timeout = (int)options.Value.AcquireTimeout.TotalSeconds,
            CommandTimeout = (int)Math.Ceiling(options.Value.CommandTimeout.TotalSeconds) + DriverExtraSeconds,
            // Statements are few and constant, and nothing sets session state that would have to be reset. A keyword in the connection
            // string wins: ShouldSerialize tells whether the string has it, while ContainsKey is true for every known keyword.
            MaxAutoPrepare = given.ShouldSerialize("Max Auto Prepare") ? given.MaxAutoPrepare : 100,
            NoResetOnClose = !given.ShouldSerialize("No Reset On Close") || given.NoResetOnClose,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        builder.UseLoggerFactory(loggers);
        return builder.KnowBuiltInTypes().TraceStatements().BuildForTarget();
    }
}
