namespace ECommerce.EmbeddedPostgres;

/// <summary>The settings of a <see cref="PostgresCluster"/>.</summary>
/// <param name="Directory">The absolute path of the folder that holds the cluster and its password. One host uses it at a time.</param>
public sealed record PostgresClusterSettings(string Directory)
{
    /// <summary>Turns durability off for speed, and deletes <see cref="Directory"/> on dispose. For tests.</summary>
    public bool ThrowAway { get; init; }

    public int MaxConnections { get; init; } = 100;

    /// <summary>The folder of an initialised cluster for each version of PostgreSQL, of which new clusters are copies.</summary>
    public string? TemplateDirectory { get; init; }

    /// <summary>The time limit for the server to accept connections, crash recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time limit for an earlier host to release <see cref="Directory"/>.</summary>
    public TimeSpan PredecessorTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
