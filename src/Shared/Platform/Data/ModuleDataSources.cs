using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Platform.Data;

/// <summary>
/// One pool per module. All log in as the same user and then take the module's role, which owns its schema and is blind to the
/// others: the fourth fence.
/// </summary>
public sealed class ModuleDataSources(DatabaseServer server, IOptions<DatabaseOptions> options, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<NpgsqlDataSource>> _sources = new();

    static ModuleDataSources() => Rows.Configure();

    public NpgsqlDataSource For(string module) => _sources.GetOrAdd(module, name => new(() => Create(name))).Value;

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources.Values.Where(source => source.IsValueCreated))
            await source.Value.DisposeAsync();
    }

    private NpgsqlDataSource Create(string module)
    {
        var settings = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Options = $"-c role={module}",
            ApplicationName = $"ecommerce-{module}",
            MaxPoolSize = options.Value.MaxPoolSize,
            Timeout = (int)options.Value.AcquireTimeout.TotalSeconds,
            CommandTimeout = (int)options.Value.CommandTimeout.TotalSeconds,
            // Statements are few and constant, and nothing sets session state that would have to be reset.
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
        };
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = module };
        builder.UseLoggerFactory(loggers);
        return builder.TraceStatements().Build();
    }
}
