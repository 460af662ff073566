using System.Diagnostics;
using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;

namespace ECommerce.Data;

/// <summary>The one path of every statement of a module: interceptors, then the call to the server within the limits of its session.</summary>
internal sealed class StatementChain(IEnumerable<IStatementInterceptor> interceptors)
{
    private readonly IStatementInterceptor[] _interceptors = [.. interceptors];

    // One state machine is used again for many statements: the path adds no garbage to what its callers make.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T> RunAsync<TArguments, T>(
        string module, DatabaseSession session, string sql, TArguments arguments, Func<DatabaseSession, string, TArguments, Task<T>> call)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var interceptor in _interceptors)
                await session.RunAsync(interceptor.BeforeAsync(module, session.Connection, session.Token));
            return await session.RunAsync(call(session, sql, arguments));
        }
        finally
        {
            var elapsed = Stopwatch.GetElapsedTime(started);
            foreach (var interceptor in _interceptors)
                interceptor.After(module, sql, elapsed);
        }
    }
}

/// <summary>The calls that a statement can be, for <see cref="ModuleDb"/> and <see cref="Transaction"/> alike.</summary>
internal static class StatementCalls
{
    public static Task<T?> SingleOrDefaultAsync<T>(DatabaseSession session, string sql, object? arguments) =>
        session.Connection.QuerySingleOrDefaultAsync<T>(Command(session, sql, arguments));

    public static Task<IEnumerable<T>> QueryAsync<T>(DatabaseSession session, string sql, object? arguments) =>
        session.Connection.QueryAsync<T>(Command(session, sql, arguments));

    public static Task<int> ExecuteAsync(DatabaseSession session, string sql, object? arguments) =>
        session.Connection.ExecuteAsync(Command(session, sql, arguments));

    /// <summary>Rows that read themselves, past Dapper.</summary>
    public static async Task<IReadOnlyList<T>> ReadAsync<T>(DatabaseSession session, string sql, IEnumerable<NpgsqlParameter> parameters)
        where T : IRow<T>
    {
        await using var command = new NpgsqlCommand(sql, session.Connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(session.Token);
            List<T> rows = [];
            while (await reader.ReadAsync(session.Token))
                rows.Add(T.Read(reader));
            return rows;
        }
        finally
        {
            command.Parameters.Clear(); // a second attempt uses them again
        }
    }

    private static CommandDefinition Command(DatabaseSession session, string sql, object? arguments) =>
        new(sql, arguments, cancellationToken: session.Token);
}
