using System.Security.Cryptography;
using Dapper;
using ECommerce.Data;
using Npgsql;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// The login of the pools on an embedded server. It may take the modules' roles and nothing else: it creates no roles or databases, reads
/// no files and runs no programs. The superuser's connection is used only to prepare it.
/// </summary>
public static class ShopLogin
{
    private const string Name = "shop";
    private const string DatabaseName = "ecommerce";

    /// <summary>
    /// Creates what is missing of database, login, roles and schemas, and transfers what an earlier version created as superuser.
    /// </summary>
    /// <returns>The connection string of the login. Its password changes at every start and is stored nowhere.</returns>
    public static async Task<string> PrepareAsync(string superuser, IReadOnlyList<string> modules, CancellationToken ct)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using (var server = StartupDataSource.Create(new(superuser)))
        {
            await using var connection = await server.OpenConnectionAsync(ct);
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(SelectLogin, new { Name }, cancellationToken: ct)))
                await connection.ExecuteAsync(new CommandDefinition($"CREATE ROLE {Name}", cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition($"ALTER ROLE {Name} {Rights} PASSWORD '{password}'", cancellationToken: ct));
            if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(SelectDatabase, new { DatabaseName }, cancellationToken: ct)))
                await connection.ExecuteAsync(new CommandDefinition($"CREATE DATABASE {DatabaseName}", cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(HandOver, cancellationToken: ct));
        }

        await using (var database = StartupDataSource.Create(new(superuser) { Database = DatabaseName }))
        {
            await using var connection = await database.OpenConnectionAsync(ct);
            foreach (var module in modules)
                await ModuleRole.EnsureAsync(connection, module, ct, Name);
        }

        return new NpgsqlConnectionStringBuilder(superuser) { Database = DatabaseName, Username = Name, Password = password }.ConnectionString;
    }

    private const string Rights = "LOGIN INHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION NOBYPASSRLS";

    private const string SelectLogin = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = @Name)";

    private const string SelectDatabase = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = @DatabaseName)";

    private const string HandOver = $"ALTER DATABASE {DatabaseName} OWNER TO {Name}; REVOKE ALL ON DATABASE {DatabaseName} FROM PUBLIC";
}
