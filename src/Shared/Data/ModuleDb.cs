using Dapper;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// A module's door to its own schema. Statements are constants with parameters; times are UTC.
/// <para>
/// A statement or a transaction that fails without leaving anything behind is run a second time where that helps (<see cref="StatementRetries"/>). Other
/// failures of the connection or the server surface as <see cref="NpgsqlException"/> and answer 503.
/// </para>
/// </summary>
public abstract class ModuleDb(string module, ModuleDataSources sources)
{
    public Task<T?> SingleOrDefaultAsync<T>(string sql, object? arguments, CancellationToken ct) =>
        RunAsync(sql, arguments, StatementCalls.SingleOrDefaultAsync<T>, changesNothing: false, ct);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments, CancellationToken ct) =>
        (await RunAsync(sql, arguments, StatementCalls.QueryAsync<T>, changesNothing: false, ct)).AsList();

    /// <summary>
    /// For what is read most: parameters say their type, the row takes its columns by their place, and nothing is boxed or looked up on the way.
    /// The statement changes nothing, so that it is run again when its connection breaks.
    /// </summary>
    public Task<IReadOnlyList<T>> ReadAsync<T>(string sql, IEnumerable<NpgsqlParameter> parameters, CancellationToken ct)
        where T : IRow<T> =>
        RunAsync(sql, parameters, StatementCalls.ReadAsync<T>, changesNothing: true, ct);

    /// <returns>How many rows it touched.</returns>
    public Task<int> ExecuteAsync(string sql, object? arguments, CancellationToken ct) =>
        RunAsync(sql, arguments, StatementCalls.ExecuteAsync, changesNothing: false, ct);

    /// <summary>Runs the work and commits it as one, or leaves no trace of it. Events enqueued in it travel only if it commits.</summary>
    /// <param name="work">
    /// May run twice, the first time in vain: what it sets outside the transaction it sets in every branch, and it does nothing else that
    /// cannot be rolled back.
    /// </param>
    /// <param name="ct">Ends the work, and has no effect on the commit.</param>
    public async Task<T> InTransactionAsync<T>(Func<Transaction, Task<T>> work, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var isSent = false;
            await using var session = await sources.OpenAsync(module, ct);
            try
            {
                await session.BeginAsync();
                var result = await work(new(module, session, sources.Statements, sources.Clock));
                isSent = true;
                await session.CommitAsync();
                return result;
            }
            catch (NpgsqlException failure) when (isFirst && !isSent && StatementRetries.ReasonFor(failure, isUncommitted: true) is not null)
            {
                sources.StatementRetries.Prepare(module, sources.For(module), failure);
            }
        }
    }

    public Task InTransactionAsync(Func<Transaction, Task> work, CancellationToken ct) =>
        InTransactionAsync(async tx => { await work(tx); return true; }, ct);

    private async Task<T> RunAsync<TArguments, T>(
        string sql, TArguments arguments, Func<DatabaseSession, string, TArguments, Task<T>> call, bool changesNothing, CancellationToken ct)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            await using var session = await sources.OpenAsync(module, ct);
            try
            {
                return await sources.Statements.RunAsync(module, session, sql, arguments, call);
            }
            catch (NpgsqlException failure) when (isFirst && StatementRetries.ReasonFor(failure, isUncommitted: changesNothing) is not null)
            {
                sources.StatementRetries.Prepare(module, sources.For(module), failure);
            }
        }
    }
}
