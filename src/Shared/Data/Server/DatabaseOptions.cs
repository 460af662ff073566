using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;

namespace ECommerce.Data;

/// <summary>The settings of the database, embedded or not.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    [Description("How long a start waits for PostgreSQL to accept connections.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How long a start waits for an earlier host to release the embedded PostgreSQL's folder.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PredecessorTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How long a start waits for the migrations of another host, and one of its migrations for a lock that another session holds.")]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    [Description("The time limit of a statement. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    [Description("The time limit for getting a connection, from the pool or a new one. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AcquireTimeout { get; init; } = TimeSpan.FromSeconds(2);

    [Description("The time limit of a probe, after which the circuit breaker opens and calls are refused. A probe is sent when a call has waited for half of this time, or has failed because the server could not be reached.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(1);

    [Description("The size of the connection pool of each of the three modules. One connection listens for notifications, and the outbox relay takes another while it delivers. A host needs two more; three hosts with the default fit into PostgreSQL's default of 100 connections, ten of which are left.")]
    [Range(3, 1000)]
    public int MaxPoolSize { get; init; } = 9;

    [Description("The interval at which PostgreSQL's statistics are read for the metrics `postgresql_*`.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The time after which a waiting call reports a suspicion to the circuit breaker.</summary>
    internal TimeSpan Patience => SilenceTimeout / 2;
}
