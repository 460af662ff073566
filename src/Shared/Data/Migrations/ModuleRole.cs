using Dapper;
using ECommerce.Hosting;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Creates a module's role and schema. Roles belong to the whole cluster, where other hosts may create the same ones for their databases at
/// the same time; PostgreSQL reports the conflict to one of them, which checks again.
/// </summary>
public static class ModuleRole
{
    private const int Attempts = 20;

    /// <param name="connection">A connection whose login may create them, or for which they exist.</param>
    /// <param name="module">The name of the role and of the schema.</param>
    /// <param name="ct">Cancels the wait for other hosts.</param>
    /// <param name="login">The login that is granted the role; the connection's own by default.</param>
    /// <exception cref="StartupException">The login lacks the right, and the role or schema does not exist.</exception>
    public static async Task EnsureAsync(NpgsqlConnection connection, string module, CancellationToken ct, string? login = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await EnsureOnceAsync(connection, module, login, ct);
                return;
            }
            catch (PostgresException e) when (attempt < Attempts && LostRace(e))
            {
                await Task.Delay(Random.Shared.Next(5, 50), ct);
            }
        }
    }

    private static async Task EnsureOnceAsync(NpgsqlConnection connection, string module, string? login, CancellationToken ct)
    {
        // From 16 on, the creator of a role has ADMIN OPTION on it, but may not SET ROLE without a grant.
        var becoming = connection.PostgreSqlVersion.Major >= 16 ? "SET" : "MEMBER";
        var role = new NpgsqlCommandBuilder().QuoteIdentifier(module);

        async Task<bool> Is(string question) =>
            await connection.ExecuteScalarAsync<bool>(new CommandDefinition(question, new { module, becoming, login }, cancellationToken: ct));
        async Task Do(string change, string what, string remedy)
        {
            try
            {
                await connection.ExecuteAsync(new CommandDefinition(change, cancellationToken: ct));
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new StartupException($"The login in ConnectionStrings__ECommerce may not {what} {module}: give it {remedy}.", e);
            }
        }

        if (!await Is("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @module)"))
            await Do($"CREATE ROLE {role} NOLOGIN", "make the role", $"CREATEROLE, or run CREATE ROLE {module} NOLOGIN for it");
        if (!await Is("SELECT pg_has_role(coalesce(@login, current_user), @module, @becoming)"))
            await Do($"GRANT {role} TO {(login is null ? "CURRENT_USER" : new NpgsqlCommandBuilder().QuoteIdentifier(login))}", "become the role", $"the role by GRANT {module}");
        if (!await Is("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = @module)"))
        {
            await Do(
                $"CREATE SCHEMA {role} AUTHORIZATION {role}; REVOKE ALL ON SCHEMA {role} FROM PUBLIC",
                "make the schema", $"CREATE on its database, or run CREATE SCHEMA {module} AUTHORIZATION {module} for it");
        }
    }

    private static bool LostRace(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation
        || (e.SqlState == PostgresErrorCodes.InternalError && e.MessageText.Contains("concurrently", StringComparison.Ordinal));
}
