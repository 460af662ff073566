using ECommerce.Hosting;

namespace ECommerce.Data;

/// <summary>Thrown when a migration script failed and was rolled back; earlier scripts stay applied.</summary>
public sealed class MigrationFailedException(string module, string script, Exception cause)
    : StartupException($"Migration {script} of {module} failed and was rolled back: {Reason(cause)}", cause)
{
    public string Module { get; } = module;

    public string Script { get; } = script;

    // PostgreSQL's detail may quote a row; its message does not.
    private static string Reason(Exception cause) => cause is Npgsql.PostgresException { MessageText: var text, SqlState: var state } ? $"{text} ({state})" : cause.Message;
}
