using Dapper;
using ECommerce.Platform.Faults;
using ECommerce.Platform.Messaging;
using Npgsql;

namespace ECommerce.Platform.Data;

/// <summary>
/// A module's door to its own schema. Statements are constants with parameters; times are UTC.
/// <para>Failures of the connection or the server surface as <see cref="NpgsqlException"/> and answer 503.</para>
/// </summary>
public abstract class ModuleDb(string module, ModuleDataSources sources, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock)
{
    public async Task<T?> SingleOrDefaultAsync<T>(string sql, object? arguments, CancellationToken ct)
    {
        await using var session = await sources.OpenAsync(module, ct);
        using var _ = metrics.Time(module, sql);
        await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
        return await session.RunAsync(session.Connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: session.Token)));
    }

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments, CancellationToken ct)
    {
        await using var session = await sources.OpenAsync(module, ct);
        using var _ = metrics.Time(module, sql);
        await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
        return (await session.RunAsync(session.Connection.QueryAsync<T>(new CommandDefinition(sql, arguments, cancellationToken: session.Token)))).AsList();
    }

    /// <summary>
    /// For what is read most: parameters say their type, the row takes its columns by their place, and nothing is boxed or looked up on the way.
    /// </summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken ct)
        where T : IRow<T>
    {
        await using var session = await sources.OpenAsync(module, ct);
        using var _ = metrics.Time(module, sql);
        await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
        return await session.RunAsync(ReadRowsAsync<T>(session.Connection, sql, parameters, session.Token));
    }

    /// <returns>How many rows it touched.</returns>
    public async Task<int> ExecuteAsync(string sql, object? arguments, CancellationToken ct)
    {
        await using var session = await sources.OpenAsync(module, ct);
        using var _ = metrics.Time(module, sql);
        await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
        return await session.RunAsync(session.Connection.ExecuteAsync(new CommandDefinition(sql, arguments, cancellationToken: session.Token)));
    }

    /// <summary>Runs the work and commits it as one, or leaves no trace of it. Events enqueued in it travel only if it commits.</summary>
    public async Task<T> InTransactionAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        await using var session = await sources.OpenAsync(module, ct);
        await session.BeginAsync();
        var result = await work(new(module, session, metrics, faults, clock));
        await session.CommitAsync();
        return result;
    }

    public Task InTransactionAsync(Func<Transaction, Task> work, CancellationToken ct) =>
        InTransactionAsync(async tx => { await work(tx); return true; }, ct);

    /// <summary>
    /// The effect of one message on this module, once: the inbox remembers (message, handler) in the transaction of the effect, so a
    /// redelivery finds it done.
    /// </summary>
    /// <returns>False when it had been done before.</returns>
    public Task<bool> OnceAsync(Delivery delivery, Func<Transaction, Task> effect, CancellationToken ct) =>
        InTransactionAsync(async tx =>
        {
            if (!await tx.RememberAsync(delivery))
                return false;
            await effect(tx);
            return true;
        }, ct);

    private static async Task<List<T>> ReadRowsAsync<T>(NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken ct)
        where T : IRow<T>
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<T> rows = [];
        while (await reader.ReadAsync(ct))
            rows.Add(T.Read(reader));
        return rows;
    }
}
