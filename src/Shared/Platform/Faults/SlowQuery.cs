using Dapper;
using Npgsql;

namespace ECommerce.Platform.Faults;

/// <summary>The fault <c>slow_query</c>: the server sleeps on the connection that is about to be used, so that the wait is seen there, too.</summary>
internal static class SlowQuery
{
    public static Task SleepAsync(this FaultSwitches faults, string module, NpgsqlConnection connection, CancellationToken ct) =>
        faults.AreQuiet || faults.Strike(FaultKinds.SlowQuery, module) is not { } fault
            ? Task.CompletedTask
            : connection.ExecuteAsync(new CommandDefinition(Sleep, new { fault.TimeOf(FaultKinds.SlowedBy).TotalSeconds }, cancellationToken: ct));

    private const string Sleep = "SELECT pg_sleep(@TotalSeconds)";
}
