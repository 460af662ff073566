using Dapper;
using Npgsql;

namespace ECommerce.Platform.Faults;

/// <summary>
/// The fault <c>slow_query</c>: calls pg_sleep on the connection that is about to be used, so that the server shows the wait, too.
/// </summary>
internal static class SlowQuery
{
    public static Task SleepAsync(this FaultSwitches faults, string module, NpgsqlConnection connection, CancellationToken ct) =>
        faults.AreQuiet || faults.Strike(FaultKinds.SlowQuery, module) is not { } fault
            ? Task.CompletedTask
            : connection.ExecuteAsync(new CommandDefinition(Sleep, new { fault.TimeOf(FaultKinds.SlowedBy).TotalSeconds }, cancellationToken: ct));

    private const string Sleep = "SELECT pg_sleep(@TotalSeconds)";
}
