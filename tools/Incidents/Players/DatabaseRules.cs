using System.Globalization;
using System.Text.RegularExpressions;
using Dapper;
using ECommerce.Incidents.Model;
using ECommerce.Kernel;
using Npgsql;

namespace ECommerce.Incidents.Players;

/// <summary>The rules that ask the database, as an administrator does: what is there now that was not there when the shop opened.</summary>
internal sealed partial class DatabaseRules
{
    private const string Login = "shop";

    private readonly string _operator;
    private readonly string _host;
    private readonly Dictionary<string, int> _blockers = [];
    private string[] _indexes = [];
    private string[] _rights = [];
    private string[] _triggers = [];
    private long _deadlocks;
    private string? _lockedTable;

    private DatabaseRules(string operators, string host) => (_operator, _host) = (operators, host);

    /// <param name="operators">The connection string of operators.</param>
    /// <param name="host">The connection string in the host's settings.</param>
    /// <param name="ct">Cancels the look.</param>
    public static async Task<DatabaseRules> RememberAsync(string operators, string host, CancellationToken ct)
    {
        var rules = new DatabaseRules(operators, host);
        await using var connection = await rules.OpenAsync(ct);
        rules._indexes = await rules.ReadAsync(connection, SelectIndexes, ct);
        rules._rights = await rules.ReadAsync(connection, SelectRights, ct);
        rules._triggers = await rules.ReadAsync(connection, SelectTriggers, ct);
        rules._deadlocks = await connection.ExecuteScalarAsync<long>(SelectDeadlocks);
        return rules;
    }

    public async Task<IReadOnlyList<Suspicion>> LookAsync(CancellationToken ct)
    {
        await using var connection = await OpenAsync(ct);
        return
        [
            .. await LoginAsync(connection, ct),
            .. await LocksAsync(connection, ct),
            .. (await ReadAsync(connection, SelectTriggers, ct)).Except(_triggers).Select(TriggerOf),
            .. _rights.Except(await ReadAsync(connection, SelectRights, ct)).Take(1).Select(RightOf),
            .. _indexes.Except(await ReadAsync(connection, SelectIndexes, ct)).Take(1).Select(IndexOf),
            .. (await ReadAsync(connection, SelectPoison, ct)).Select(PoisonOf),
        ];
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(_operator);
        await connection.OpenAsync(ct);
        return connection;
    }

    private async Task<string[]> ReadAsync(NpgsqlConnection connection, string select, CancellationToken ct) =>
        [.. await connection.QueryAsync<string>(new CommandDefinition(select, cancellationToken: ct))];

    private async Task<IReadOnlyList<Suspicion>> LoginAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var limit = await connection.ExecuteScalarAsync<int>(new CommandDefinition($"SELECT rolconnlimit FROM pg_roles WHERE rolname = '{Login}'", cancellationToken: ct));
        if (limit >= 0)
            return [new(ShopMap.DatabaseConnections, Mechanisms.ConnectionLimit, Scopes.All, null, ["sql", $"ALTER ROLE {Login} CONNECTION LIMIT -1"])];
        try
        {
            await using var asTheHost = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_host) { Pooling = false }.ConnectionString);
            await asTheHost.OpenAsync(ct);
            return [];
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            var password = new NpgsqlConnectionStringBuilder(_host).Password;
            return [new(ShopMap.DatabaseLogin, Mechanisms.ExpiredCredential, Scopes.All, null, ["sql", $"ALTER ROLE {Login} VALID UNTIL 'infinity' PASSWORD '{password}'"])];
        }
        catch (NpgsqlException)
        {
            return []; // another thing than the login is wrong
        }
    }

    private async Task<IReadOnlyList<Suspicion>> LocksAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var (program, table) in await connection.QueryAsync<(string Program, string Table)>(new CommandDefinition(SelectBlockers, cancellationToken: ct)))
        {
            _blockers[program] = _blockers.GetValueOrDefault(program) + 1;
            _lockedTable ??= table;
        }

        // Once is a change of a table, which ends by itself.
        string[] programs = [.. _blockers.Where(blocker => blocker.Value > 1).Select(blocker => blocker.Key)];
        if (programs.Length == 0)
            return [];
        string[][] cures = [.. programs.Select(program => (string[])["sql", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{program}'"])];
        var hasDeadlocks = await connection.ExecuteScalarAsync<long>(new CommandDefinition(SelectDeadlocks, cancellationToken: ct)) > _deadlocks;
        return hasDeadlocks
            ? [new("products/ReserveStock", Mechanisms.Deadlock, Scopes.Module, "products", cures)]
            : [new(_lockedTable!, Mechanisms.LockContention, Scopes.Module, ShopMap.ModuleOf(_lockedTable!), cures)];
    }

    private static Suspicion TriggerOf(string text)
    {
        var (table, trigger, definition) = text.Split('|', 3) is [var on, var name, var made] ? (on, name, made) : (ShopMap.Database, "", "");
        string[] cure = ["sql", $"DROP TRIGGER {trigger} ON {table}"];
        if (Product().Match(definition) is { Success: true } product)
            return new(table, Mechanisms.SlowStatement, Scopes.Product, product.Groups[1].Value, cure);
        return Group().Match(definition) is { Success: true } group
            ? new(table, Mechanisms.SlowStatement, Scopes.Group, CustomerGroup.All[int.Parse(group.Groups[1].ValueSpan, CultureInfo.InvariantCulture)], cure)
            : new(table, Mechanisms.SlowStatement, Scopes.Module, ShopMap.ModuleOf(table), cure);
    }

    private static Suspicion RightOf(string text)
    {
        var (role, table, right) = text.Split('|') is [var who, var where, var what] ? (who, where, what) : ("", "", "");
        return new(table, Mechanisms.RevokedRight, Scopes.Module, ShopMap.ModuleOf(table), ["sql", $"GRANT {right} ON {table} TO {role}"]);
    }

    private static Suspicion IndexOf(string text)
    {
        var (table, definition) = text.Split('|', 2) is [var on, var made] ? (on, made) : ("", "");
        return new(table, Mechanisms.MissingIndex, Scopes.Module, ShopMap.ModuleOf(table), ["sql", definition]);
    }

    private static Suspicion PoisonOf(string module) => new(
        $"{module}.outbox", Mechanisms.PoisonMessage, Scopes.Nobody, null,
        ["sql", $"DELETE FROM {module}.outbox WHERE attempts >= 2 AND payload->>'orderId' !~ '^[0-9a-f-]{{36}}$'"]);

    private const string SelectIndexes = "SELECT schemaname || '.' || tablename || '|' || indexdef FROM pg_indexes WHERE schemaname IN (SELECT rolname FROM pg_roles)";

    private const string SelectRights = """
        SELECT n.nspname || '|' || n.nspname || '.' || c.relname || '|' || r.verb
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles role ON role.rolname = n.nspname CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r(verb)
        WHERE c.relkind = 'r' AND has_table_privilege(role.oid, c.oid, r.verb)
        """;

    private const string SelectTriggers = """
        SELECT n.nspname || '.' || c.relname || '|' || t.tgname || '|' || pg_get_triggerdef(t.oid) || coalesce(
            (SELECT ' product ' || p.sku || ' ' FROM products.products p WHERE strpos(pg_get_triggerdef(t.oid), p.id::text) > 0 LIMIT 1), '')
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal
        """;

    private const string SelectDeadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

    private const string SelectBlockers = """
        SELECT DISTINCT blocker.application_name, held.relation::regclass::text
        FROM pg_stat_activity waiting CROSS JOIN unnest(pg_blocking_pids(waiting.pid)) AS by(pid) JOIN pg_stat_activity blocker ON blocker.pid = by.pid
        JOIN pg_locks held ON held.pid = blocker.pid AND held.granted AND held.locktype = 'relation' AND held.mode LIKE '%Exclusive%'
        WHERE blocker.usename <> 'shop' AND waiting.usename = 'shop'
        """;

    // An event that cannot be handled for what it is, and not for what the database is.
    private const string SelectPoison = """
        SELECT 'orders' FROM orders.outbox WHERE attempts >= 2 AND payload->>'orderId' !~ '^[0-9a-f-]{36}$' LIMIT 1
        """;

    [GeneratedRegex(@" product (\S+) $")]
    private static partial Regex Product();

    [GeneratedRegex(@"% 8\) = (\d)")]
    private static partial Regex Group();
}
