using Npgsql;

namespace ECommerce.Data;

/// <summary>Connections outside the pools, for the start. They have a name, or Npgsql's meters would show the connection string as a label.</summary>
public static class StartupSource
{
    /// <summary>What is opened here is really closed when it is disposed, with the locks that it holds.</summary>
    public static NpgsqlDataSource Create(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false }.ConnectionString) { Name = "startup" }
            .KnowBuiltInTypes().TraceStatements().BuildForTarget();
}
