using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Platform.Data;

/// <summary>
/// One pool per module. All log in as the same user and then take the module's role, which owns its schema and is blind to the
/// others: the fourth fence. One more belongs to no module.
/// </summary>
public sealed class ModuleDataSources(DatabaseServer server, IOptions<DatabaseOptions> options, ILoggerFactory loggers) : IAsyncDisposable
{
    private const string Platform = "platform";

    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _sources = new();

    static ModuleDataSources() => Rows.Configure();

    public NpgsqlDataSource For(string module) => _sources.GetOrAdd(module, name => new(() => Create(name, $"-c role={name}", options.Value.MaxPoolSize))).Value;

    /// <summary>The login as itself, on one connection, for questions about the server: it sees its own sessions, which a module's role does not.</summary>
    public NpgsqlDataSource ForServer() => _sources.GetOrAdd(Platform, name => new(() => Create(name, null, 1))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values.Where(source => source.IsValueCreated))
            await source.Value.DisposeAsync();
    }

    private NpgsqlDataSource Create(string name, string? role, int maxPoolSize)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Options = role,
            ApplicationName = $"ecommerce-{name}",
            MaxPoolSize = maxPoolSize,
            Timeout = (int)options.Value.AcquireTimeout.TotalSeconds,
            CommandTimeout = (int)options.Value.CommandTimeout.TotalSeconds,
            // Statements are few and constant, and nothing sets session state that would have to be reset.
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        builder.UseLoggerFactory(loggers);
        return builder.KnowBuiltInTypes().TraceStatements().Build();
    }
}
