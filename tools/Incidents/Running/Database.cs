using Dapper;
using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Incidents.Running;

/// <summary>The PostgreSQL of the incident. The host logs in as in Production: by a role that is no superuser, and by its password.</summary>
internal sealed class Database : IAsyncDisposable
{
    public const string Login = "shop";
    public const string Password = "a-password-of-the-shop";
    private const string Name = "ecommerce";
    private const string OperatorName = "operator";
    private const string OperatorPassword = "a-password-of-operators";

    private readonly PostgresCluster _cluster;

    private Database(PostgresCluster cluster)
    {
        _cluster = cluster;
        var administrator = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = Name, SslMode = SslMode.Disable };
        Administrator = administrator.ConnectionString;
        Operator = new NpgsqlConnectionStringBuilder(Administrator) { Username = OperatorName, Password = OperatorPassword }.ConnectionString;
        ForHost = new NpgsqlConnectionStringBuilder(Administrator) { Username = Login, Password = Password }.ConnectionString;
    }

    /// <summary>The connection string of the shop's database as superuser.</summary>
    public string Administrator { get; }

    /// <summary>The connection string of operators: another superuser, so that their sessions can be told from those of a cause.</summary>
    public string Operator { get; }

    /// <summary>The arguments of psql for an operator.</summary>
    public string Psql => $"'host={new NpgsqlConnectionStringBuilder(Operator).Host} dbname={Name} user={OperatorName} password={OperatorPassword}'";

    /// <summary>The connection string that the host would have without a proxy.</summary>
    public string ForHost { get; }

    public static async Task<Database> StartAsync(DirectoryInfo folder, CancellationToken ct)
    {
        // Whatever an incident does to it, nobody needs the data afterwards.
        var cluster = await PostgresCluster.StartAsync(
            new(folder.FullName) { ThrowAway = true, TemplateDirectory = ECommerce.Testing.TestCluster.TemplateFolder }, NullLogger.Instance, ct);
        var database = new Database(cluster);
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.ExecuteAsync($"CREATE ROLE {Login} LOGIN CREATEROLE PASSWORD '{Password}'");
        await connection.ExecuteAsync($"CREATE ROLE {OperatorName} LOGIN SUPERUSER PASSWORD '{OperatorPassword}'");
        await connection.ExecuteAsync($"CREATE DATABASE {Name} OWNER {Login}");
        return database;
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
