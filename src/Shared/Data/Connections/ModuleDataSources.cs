using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// One pool per module. All log in as the same user and then take the module's role, which owns its schema and is blind to the
/// others: the fourth fence. One more belongs to no module.
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

    static ModuleDataSources() => Rows.Configure();

    public NpgsqlDataSource For(string module) => _sources.GetOrAdd(module, name => new(() => Create(name, name, options.Value.MaxPoolSize))).Value;

    /// <summary>The login as itself, on one connection, for questions about the server: it sees its own sessions, which a module's role does not.</summary>
    public NpgsqlDataSource ForServer() => _sources.GetOrAdd(Platform, name => new(() => Create(name, null, 1))).Value;

    public DatabaseCircuit Circuit => circuit;

    internal TimeProvider Clock => clock;

    internal StatementChain Statements { get; } = new(interceptors);

    internal SecondAttempts SecondAttempts { get; } = new(metrics, loggers.CreateLogger<SecondAttempts>());

    /// <summary>The login as itself, on a new connection each time: an old one would say nothing about new ones.</summary>
    internal NpgsqlDataSource ForProbe() => _sources.GetOrAdd(Probe, name => new(() => Create(name, null, 1, isPooled: false))).Value;

    /// <summary>A session in a module's pool, the only way to run statements that keeps every limit.</summary>
    public ValueTask<DatabaseSession> OpenAsync(string module, CancellationToken ct) => OpenAsync(For(module), ct);

    /// <inheritdoc cref="OpenAsync(string, CancellationToken)"/>
    internal ValueTask<DatabaseSession> OpenAsync(NpgsqlDataSource source, CancellationToken ct) =>
        DatabaseSession.OpenAsync(source, circuit, abandonedCalls, options.Value, ct);

    /// <summary>Closes every idle connection now, and those in use when they come back.</summary>
    internal void Clear()
    {
        foreach (var source in _sources.Values.Where(source => source.IsValueCreated))
            source.Value.Clear();
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
            // Statements are few and constant, and nothing sets session state that would have to be reset. A connection string may know better:
            // ShouldSerialize tells whether it gives a keyword, while ContainsKey knows every keyword that there is.
            MaxAutoPrepare = given.ShouldSerialize("Max Auto Prepare") ? given.MaxAutoPrepare : 100,
            NoResetOnClose = !given.ShouldSerialize("No Reset On Close") || given.NoResetOnClose,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        builder.UseLoggerFactory(loggers);
        return builder.KnowBuiltInTypes().TraceStatements().BuildForTarget();
    }
}
