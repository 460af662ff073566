using Dapper;

namespace ECommerce.Data;

/// <summary>The state of a session of a module's pool, as PostgreSQL reports it.</summary>
/// <param name="Role">The role whose rights apply: <c>current_user</c>.</param>
/// <param name="Login">The login that opened the session: <c>session_user</c>.</param>
/// <param name="ServerVersion">PostgreSQL's version, such as <c>15.14</c>.</param>
/// <param name="ReadOnly">Whether the next transaction may write nothing.</param>
/// <param name="InRecovery">Whether the server is a standby, or recovers from a crash.</param>
internal sealed record SessionState(string Role, string Login, string ServerVersion, bool ReadOnly, bool InRecovery)
{
    public static Task<SessionState> OfAsync(ModuleDataSources sources, string module, CancellationToken ct) => sources.RunAsync(
        module, session => session.Connection.QuerySingleAsync<SessionState>(new CommandDefinition(Select, cancellationToken: session.Token)), ct);

    /// <returns>The problem for a module of that name, without the name of a login or a server; null when there is none.</returns>
    public string? ProblemOf(string module)
    {
        if (Role != module)
            return $"Statements of {module} do not run as the role {module}.";
        if (!ReadOnly)
            return null;
        return $"The database takes no changes of {module}: {(InRecovery ? "the server is a standby" : "its transactions are read-only")}.";
    }

    private const string Select = """
        SELECT current_user::text AS role, session_user::text AS login, split_part(current_setting('server_version'), ' ', 1) AS server_version,
               current_setting('transaction_read_only')::bool AS read_only, pg_is_in_recovery() AS in_recovery
        """;
}
