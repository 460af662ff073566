using Dapper;
using ECommerce.Platform.Faults;
using ECommerce.Platform.Messaging;
using Npgsql;

namespace ECommerce.Platform.Data;

/// <summary>
/// The base class of a module's database access. Statements are constants with parameters; times are UTC.
/// <para>
/// A statement or a transaction that fails without leaving anything behind is run a second time where that helps (<see cref="SecondAttempts"/>). Other
/// failures of the connection or the server surface as <see cref="NpgsqlException"/> and answer 503.
/// </para>
/// </summary>
public abstract class ModuleDb(string module, ModuleDataSources sources, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock)
{
    public Task<T?> SingleOrDefaultAsync<T>(string sql, object? arguments, CancellationToken ct) =>
        RunAsync(sql, arguments, static (connection, call) => connection.QuerySingleOrDefaultAsync<T>(call), ct);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments, CancellationToken ct) =>
        (await RunAsync(sql, arguments, static (connection, call) => connection.QueryAsync<T>(call), ct)).AsList();

    /// <summary>
    /// Runs a query on the hot path: parameters are typed, rows read their columns by position, and nothing is boxed. The statement must
    /// change nothing, since it is repeated when its connection breaks.
    /// </summary>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken ct)
        where T : IRow<T>
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await using var session = await sources.OpenAsync(module, ct);
            using var _ = metrics.Time(module, sql);
            try
            {
                await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
                return await session.RunAsync(ReadRowsAsync<T>(session.Connection, sql, parameters, session.Token));
            }
            catch (NpgsqlException failure) when (isFirst && SecondAttempts.ReasonFor(failure, isUncommitted: true) is not null)
            {
                sources.SecondAttempts.Prepare(module, sources.For(module), failure);
            }
        }
    }

    /// <returns>The number of affected rows.</returns>
    public Task<int> ExecuteAsync(string sql, object? arguments, CancellationToken ct) =>
        RunAsync(sql, arguments, static (connection, call) => connection.ExecuteAsync(call), ct);

    /// <summary>Runs the work in a transaction and commits it. Events enqueued in it are delivered only if it commits.</summary>
    /// <param name="work">
    /// May run twice, the first time rolled back: it sets outer variables in every branch, and has no other effect that cannot be rolled back.
    /// </param>
    /// <param name="ct">Cancels the work; has no effect on the commit.</param>
    public async Task<T> InTransactionAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var isSent = false;
            await using var session = await sources.OpenAsync(module, ct);
            try
            {
                await session.BeginAsync();
                var result = await work(new(module, session, metrics, faults, clock));
                isSent = true;
                await session.CommitAsync();
                return result;
            }
            catch (NpgsqlException failure) when (isFirst && !isSent && SecondAttempts.ReasonFor(failure, isUncommitted: true) is not null)
            {
                sources.SecondAttempts.Prepare(module, sources.For(module), failure);
            }
        }
    }

    public Task InTransactionAsync(Func<Transaction, Task> work, CancellationToken ct) =>
        InTransactionAsync(async tx => { await work(tx); return true; }, ct);

    /// <summary>
    /// Applies the effect of a message once: the inbox records (message, handler) in the transaction of the effect, so that a redelivery is
    /// detected. The effect may run twice, the first time rolled back, as in <see cref="InTransactionAsync{T}"/>.
    /// </summary>
    /// <returns>False when the message was handled before.</returns>
    public Task<bool> OnceAsync(Delivery delivery, Func<Transaction, Task> effect, CancellationToken ct) =>
        InTransactionAsync(async tx =>
        {
            if (!await tx.RememberAsync(delivery))
                return false;
            await effect(tx);
            return true;
        }, ct);

    private async Task<T> RunAsync<T>(string sql, object? arguments, Func<NpgsqlConnection, CommandDefinition, Task<T>> run, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await using var session = await sources.OpenAsync(module, ct);
            using var _ = metrics.Time(module, sql);
            try
            {
                await session.RunAsync(faults.SleepAsync(module, session.Connection, session.Token));
                return await session.RunAsync(run(session.Connection, new CommandDefinition(sql, arguments, cancellationToken: session.Token)));
            }
            catch (NpgsqlException failure) when (isFirst && SecondAttempts.ReasonFor(failure, isUncommitted: false) is not null)
            {
                sources.SecondAttempts.Prepare(module, sources.For(module), failure);
            }
        }
    }

    private static async Task<List<T>> ReadRowsAsync<T>(NpgsqlConnection connection, string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken ct)
        where T : IRow<T>
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(ct);
            List<T> rows = [];
            while (await reader.ReadAsync(ct))
                rows.Add(T.Read(reader));
            return rows;
        }
        finally
        {
            command.Parameters.Clear(); // a second attempt uses them again
        }
    }
}
