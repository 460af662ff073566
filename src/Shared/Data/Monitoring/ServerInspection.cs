using System.Security.Cryptography;
using Dapper;
using ECommerce.Hosting;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Data;

/// <summary>
/// Inspects the server and the database at the start: sessions that persist, roles in force, UTF-8, writability, ownership. Each finding is
/// one sentence, and nothing has been written by then.
/// </summary>
internal static class ServerInspection
{
    // A pooler that rotates its sessions may return the same one by chance.
    private const int Turns = 3;

    private const string RefusedParameter = "08P01";

    /// <summary>The checks before the migrations.</summary>
    /// <exception cref="StartupException">The shop cannot work with this server; the message says why.</exception>
    public static async Task BeforeMigrationsAsync(string connectionString, IReadOnlyList<string> modules, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        var mark = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = $"{settings.Options} -c ecommerce.session={mark}".Trim();
        await using var source = StartupDataSource.Create(settings);
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            var server = await connection.QuerySingleAsync<Server>(new CommandDefinition(SelectServer, new { modules = modules.ToArray() }, cancellationToken: ct));
            if (server.ProcessId != connection.ProcessID && !await KeepsSessionsAsync(source, connection, ct))
                throw new StartupException(TransactionPooler);
            if (server.Mark != mark)
                throw new StartupException(DroppedOptions);
            if (server.ProblemOf() is { } trouble)
                throw new StartupException(trouble);
            if (await FindForeignAsync(connection, modules, ct) is { } foreign)
                throw new StartupException(foreign);
        }
        catch (PostgresException refused) when (refused.SqlState == RefusedParameter)
        {
            throw new StartupException(DroppedOptions, refused);
        }
        catch (PostgresException refused)
        {
            throw new StartupException($"PostgreSQL refuses the start with SQLSTATE {refused.SqlState}: {refused.MessageText}.", refused);
        }
    }

    /// <summary>The checks after the migrations, which create the roles: opens the first connection of each module's pool.</summary>
    /// <exception cref="StartupException">A module's statements do not run as its role.</exception>
    public static async Task AfterMigrationsAsync(ModuleDataSources sources, IReadOnlyList<string> modules, CancellationToken ct)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        foreach (var module in modules)
        {
            try
            {
                var session = await SessionState.OfAsync(sources, module, ct);
                if (session.ProblemOf(module) is { } trouble)
                    throw new StartupException($"{trouble} They run as {session.Role}.");
            }
            catch (PostgresException refused)
            {
                throw new StartupException($"PostgreSQL refuses a session with the role {module}, with SQLSTATE {refused.SqlState}: {refused.MessageText}.", refused);
            }
        }
    }

    // A pooler answers with a process id of its own; any other answer comes from PostgreSQL itself, and this check is skipped.
    private static async Task<bool> KeepsSessionsAsync(NpgsqlDataSource source, NpgsqlConnection first, CancellationToken ct)
    {
        await using var second = await source.OpenConnectionAsync(ct);
        (NpgsqlConnection Connection, string Name)[] both = [(first, "first"), (second, "second")];
        foreach (var (connection, name) in both)
            await connection.ExecuteAsync(new CommandDefinition(SetName, new { name }, cancellationToken: ct));
        for (var turn = 0; turn < Turns; turn++)
        {
            foreach (var (connection, name) in both)
            {
                if (await connection.ExecuteScalarAsync<string>(new CommandDefinition(GetName, cancellationToken: ct)) != name)
                    return false;
            }
        }

        return true;
    }

    private static async Task<string?> FindForeignAsync(NpgsqlConnection connection, IReadOnlyList<string> modules, CancellationToken ct)
    {
        var schemas = modules.ToArray();
        if (await connection.QueryFirstOrDefaultAsync<Foreign>(new CommandDefinition(SelectForeignTables, new { schemas }, cancellationToken: ct)) is { } tables)
        {
            return $"The schema {tables.Schema} holds {tables.Count} tables that belong to {tables.Owner} and not to the role {tables.Schema}, as after a restore without owners: "
                + $"make the role first and restore with owners, or run ALTER TABLE … OWNER TO {tables.Schema} for each of them.";
        }

        return await connection.QueryFirstOrDefaultAsync<Foreign>(new CommandDefinition(SelectForeignSchemas, new { schemas }, cancellationToken: ct)) is { } schema
            ? $"The role {schema.Schema} may not work in the schema {schema.Schema}, which belongs to {schema.Owner}: run ALTER SCHEMA {schema.Schema} OWNER TO {schema.Schema}."
            : null;
    }

    private sealed record Foreign(string Schema, string Owner, long Count);

    private sealed record Server(string Database, string Encoding, int ProcessId, string Mark, bool ReadOnly, bool InRecovery, string Login, bool Inherits)
    {
        public string? ProblemOf()
        {
            if (Encoding != "UTF8")
                return $"The database {Database} is encoded in {Encoding} and cannot hold every name: make one WITH ENCODING 'UTF8' and restore the data into it.";
            if (InRecovery)
                return $"The server of the database {Database} is a standby and takes no changes: connect to the primary, or promote this server.";
            if (!Inherits)
                return $"The login {Login} does not inherit the rights of the modules' roles: run ALTER ROLE {Login} INHERIT, from PostgreSQL 16 on before the roles are granted to it.";
            return ReadOnly ? $"The database {Database} takes no changes: turn default_transaction_read_only off for the server, the database and the login." : null;
        }
    }

    private const string TransactionPooler =
        "ConnectionStrings__ECommerce leads to a connection pooler that changes the session between transactions, as PgBouncer does with pool_mode=transaction: "
        + "roles, prepared statements, LISTEN and advisory locks belong to a session. Connect to PostgreSQL itself; each module has a pool in the host.";

    private const string DroppedOptions =
        "ConnectionStrings__ECommerce leads to a connection pooler that drops the startup parameter options, as PgBouncer does: "
        + "each module takes its role by it. Connect to PostgreSQL itself; each module has a pool in the host.";

    private const string SelectServer = """
        SELECT current_database()::text AS database, current_setting('server_encoding') AS encoding, pg_backend_pid() AS process_id,
               coalesce(current_setting('ecommerce.session', true), '') AS mark,
               current_setting('transaction_read_only')::bool AS read_only, pg_is_in_recovery() AS in_recovery, current_user::text AS login,
               NOT EXISTS (
                   SELECT FROM unnest(@modules) AS module LEFT JOIN pg_roles r ON r.rolname = module
                   WHERE CASE WHEN r.oid IS NULL THEN NOT login.rolinherit AND NOT login.rolsuper
                              ELSE pg_has_role(login.oid, r.oid, 'MEMBER') AND NOT pg_has_role(login.oid, r.oid, 'USAGE') END) AS inherits
        FROM pg_roles login
        WHERE login.rolname = current_user
        """;

    private const string SetName = "SELECT set_config('ecommerce.name', @name, false)";

    private const string GetName = "SELECT current_setting('ecommerce.name', true)";

    private const string SelectForeignTables = """
        SELECT n.nspname::text AS schema, pg_get_userbyid(c.relowner)::text AS owner, count(*) AS count
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_roles r ON r.rolname = n.nspname
        WHERE n.nspname = ANY (@schemas) AND c.relkind IN ('r', 'p') AND (r.oid IS NULL OR NOT pg_has_role(r.oid, c.relowner, 'USAGE'))
        GROUP BY n.nspname, c.relowner
        ORDER BY n.nspname, count(*) DESC
        LIMIT 1
        """;

    private const string SelectForeignSchemas = """
        SELECT n.nspname::text AS schema, pg_get_userbyid(n.nspowner)::text AS owner, 0::bigint AS count
        FROM pg_namespace n
        JOIN pg_roles r ON r.rolname = n.nspname
        WHERE n.nspname = ANY (@schemas) AND NOT (has_schema_privilege(r.oid, n.oid, 'USAGE') AND has_schema_privilege(r.oid, n.oid, 'CREATE'))
        ORDER BY n.nspname
        LIMIT 1
        """;
}
