using ECommerce.Traffic;

namespace ECommerce.Storm;

/// <summary>A kind of disruption.</summary>
/// <param name="Name">The name in the table and the journal: one of <see cref="DisruptionNames"/>.</param>
/// <param name="InjectAsync">Injects the disruption, and returns when it has ended; the result says whom it met, where there is a choice.</param>
/// <param name="IsSeamless">Whether no request may fail because of it.</param>
internal sealed record Disruption(string Name, Func<SeededRandom, CancellationToken, Task<string?>> InjectAsync, bool IsSeamless = false);

/// <summary>The names of all disruptions.</summary>
internal static class DisruptionNames
{
    public const string HostKilled = "host_killed";
    public const string PostgresKilled = "postgres_killed";
    public const string PoolDrained = "pool_drained";
    public const string RelayStalled = "relay_stalled";
    public const string DiskFull = "disk_full";
    public const string CustomersCut = "customers_cut";
    public const string SessionsCut = "sessions_cut";
    public const string BrokerKilled = "broker_killed";
    public const string BrokerWiped = "broker_wiped";
    public const string HostsRolled = "hosts_rolled";

    /// <summary>Every host is replaced by one of the other build, one after another. It is the only disruption of an upgrade.</summary>
    public const string BuildChanged = "build_changed";
}
