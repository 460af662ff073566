using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Data sources outside the pools, for the start. They have a name, because Npgsql's meters would otherwise use the connection string as a
/// label.
/// </summary>
public static class StartupDataSource
{
    /// <summary>Creates a data source without pooling: dispose closes the connection and releases its locks.</summary>
    public static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString) { Name = "startup" }
            .KnowBuiltInTypes().TraceStatements().BuildForTarget();
}
