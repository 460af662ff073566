using Dapper;

namespace ECommerce.Data;

/// <summary>What may be done inside a transaction of one module.</summary>
public sealed class Transaction
{
    private readonly DatabaseSession _session;
    private readonly StatementChain _statements;

    internal Transaction(string module, DatabaseSession session, StatementChain statements, TimeProvider clock) =>
        (Module, _session, _statements, Clock) = (module, session, statements, clock);

    /// <summary>The module whose schema it changes.</summary>
    public string Module { get; }

    /// <summary>The clock that dates rows.</summary>
    public TimeProvider Clock { get; }

    public async Task<T?> SingleOrDefaultAsync<T>(string sql, object? arguments) =>
        await _statements.RunAsync(Module, _session, sql, arguments, StatementCalls.SingleOrDefaultAsync<T>);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? arguments) =>
        (await _statements.RunAsync(Module, _session, sql, arguments, StatementCalls.QueryAsync<T>)).AsList();

    /// <returns>How many rows it touched.</returns>
    public async Task<int> ExecuteAsync(string sql, object? arguments) =>
        await _statements.RunAsync(Module, _session, sql, arguments, StatementCalls.ExecuteAsync);
}
