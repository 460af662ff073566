namespace ECommerce.EmbeddedPostgres;

/// <summary>Where a <see cref="PostgresCluster"/> lives and how.</summary>
/// <param name="Directory">The absolute path of the folder that holds the cluster and its password. One host uses it at a time.</param>
public sealed record PostgresClusterSettings(string Directory)
{
    /// <summary>Trades every promise about durability for speed, and deletes <see cref="Directory"/> in the end. For tests.</summary>
    public bool ThrowAway { get; init; }

    public int MaxConnections { get; init; } = 100;

    /// <summary>A folder to keep an initialised cluster in, one per PostgreSQL version; new clusters are copies of it.</summary>
    public string? TemplateDirectory { get; init; }

    /// <summary>How long PostgreSQL may take until it answers, recovery after a crash included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for the host that used <see cref="Directory"/> before and is on its way out.</summary>
    public TimeSpan PredecessorTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
