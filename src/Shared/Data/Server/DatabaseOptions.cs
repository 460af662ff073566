using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ECommerce.Hosting;

namespace ECommerce.Data;

/// <summary>How the host uses its database, embedded or not.</summary>
public sealed class DatabaseOptions
{
    public const string Section = "Database";

    [Description("How long a start waits for PostgreSQL to answer before it gives up.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How long a start waits for an earlier host to let go of the embedded PostgreSQL's folder.")]
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PredecessorTimeout { get; init; } = TimeSpan.FromSeconds(30);

    [Description("How long a start waits for the migrations of another host, and one of its migrations for a lock that another session holds.")]
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MigrationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    [Description("How long one statement may run. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    [Description("How long a caller waits for a connection, be it a free one of the pool or a new one. Whole seconds.")]
    [WholeSeconds]
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan AcquireTimeout { get; init; } = TimeSpan.FromSeconds(2);

    [Description("How long the server may take to answer a probe before it counts as away and calls are refused. A probe is sent when a call has waited for half of this time, or has failed for want of a server.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(1);

    [Description("How many connections each of the three modules keeps at most: one of them listens for events, and the outbox takes another while it delivers. A host needs two more; three hosts with the default fit into PostgreSQL's own default of 100 connections, ten of which are left.")]
    [Range(3, 1000)]
    public int MaxPoolSize { get; init; } = 9;

    [Description("How often PostgreSQL is asked for its own statistics, the metrics `postgresql_*`.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may wait before the server is suspected to be away.</summary>
    internal TimeSpan Patience => SilenceTimeout / 2;
}
