using Dapper;
using Npgsql;

namespace ECommerce.Storm.Distributed;

/// <summary>
/// A database that shows the schemas of modules which have a database each, as foreign tables (postgres_fdw): the audit reads the tables of
/// all modules in one statement. Each module's part of that is one snapshot.
/// </summary>
internal static class JointDatabase
{
    private const string Name = "audit";

    /// <returns>The connection string of the database, which is on the first server.</returns>
    /// <param name="servers">The server of each module.</param>
    /// <param name="ct">Ends the statements.</param>
    public static async Task<string> CreateAsync(IReadOnlyDictionary<string, Server> servers, CancellationToken ct)
    {
        var at = new NpgsqlConnectionStringBuilder(servers.Values.First().ConnectionString) { Pooling = false };
        await ExecuteAsync(at.ConnectionString, $"CREATE DATABASE {Name}", ct);
        at.Database = Name;
        var imports = servers.Select(server => Import(server.Key, new(server.Value.ConnectionString)));
        await ExecuteAsync(at.ConnectionString, $"CREATE EXTENSION postgres_fdw; {string.Concat(imports)}", ct);
        return at.ConnectionString;
    }

    private static string Import(string module, NpgsqlConnectionStringBuilder database) => $"""
        CREATE SERVER {module} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{database.Host}', port '{database.Port}', dbname '{database.Database}');
        CREATE USER MAPPING FOR CURRENT_USER SERVER {module} OPTIONS (user '{database.Username}', password '{database.Password}');
        CREATE SCHEMA {module};
        IMPORT FOREIGN SCHEMA {module} FROM SERVER {module} INTO {module};

        """;

    private static async Task ExecuteAsync(string connectionString, string statement, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.ExecuteAsync(new CommandDefinition(statement, cancellationToken: ct));
    }
}
