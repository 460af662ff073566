using Dapper;
using ECommerce.Data;
using Npgsql;

namespace ECommerce.Faults;

/// <summary>
/// The fault <c>slow_query</c>: calls pg_sleep on the connection that is about to be used, so that the server shows the wait, too.
/// </summary>
internal sealed class StatementFaults(FaultInjector faults) : IStatementInterceptor
{
    public Task BeforeAsync(string module, NpgsqlConnection connection, CancellationToken ct) =>
        faults.IsIdle || faults.TryInject(FaultKinds.SlowQuery, module) is not { } fault
            ? Task.CompletedTask
            : connection.ExecuteAsync(new CommandDefinition(Sleep, new { fault.TimeOf(FaultKinds.SlowedBy).TotalSeconds }, cancellationToken: ct));

    private const string Sleep = "SELECT pg_sleep(@TotalSeconds)";
}
