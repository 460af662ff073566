using Dapper;
using ECommerce.Hosting;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Gives a module the role and the schema that fence it off. Roles belong to the whole cluster, where other hosts may be making the same
/// ones for their databases at this moment; PostgreSQL tells the loser of that race, who looks again.
/// </summary>
public static class ModuleRole
{
    private const int Attempts = 20;

    /// <param name="connection">Of a login that may do this, or for which it has been done.</param>
    /// <param name="module">The name of the role and of the schema.</param>
    /// <param name="ct">Ends the wait for other hosts.</param>
    /// <param name="login">Who may become the module's role; the connection's own login unless said.</param>
    /// <exception cref="StartupException">The login may not do this, and nobody has done it before.</exception>
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
        // From 16 on, whoever creates a role administers it, yet may not become it without being granted that too.
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
