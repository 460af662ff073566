using ECommerce.Storm.Distributed;
using ECommerce.Storm.SingleHost;

namespace ECommerce.Storm;

/// <summary>A topology that a storm can come over.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kinds">The names of its disruptions, without that of an upgrade.</param>
/// <param name="OpenAsync">Starts its servers, but no host.</param>
internal sealed record StormTopology(string Name, IReadOnlyList<string> Kinds, Func<StormFolder, Settings, CancellationToken, Task<IStormShop>> OpenAsync)
{
    public const string Default = "monolith";

    public static IReadOnlyList<StormTopology> All { get; } =
    [
        new(Default,
            [
                DisruptionNames.HostKilled, DisruptionNames.PostgresKilled, DisruptionNames.PoolDrained, DisruptionNames.RelayStalled,
                DisruptionNames.DiskFull, DisruptionNames.CustomersCut, DisruptionNames.SessionsCut,
            ],
            async (folder, _, ct) => await SingleHostShop.OpenAsync(folder, ct)),
        new("replicas", [DisruptionNames.HostKilled, DisruptionNames.HostsRolled, DisruptionNames.PostgresKilled],
            async (folder, settings, ct) => await ReplicasShop.OpenAsync(folder, settings, ct)),
        new("services", [DisruptionNames.HostKilled, DisruptionNames.PostgresKilled, DisruptionNames.BrokerKilled, DisruptionNames.BrokerWiped],
            async (folder, settings, ct) => await ServicesShop.OpenAsync(folder, settings, ct)),
    ];

    /// <summary>The topology of that name; null when there is none.</summary>
    public static StormTopology? Find(string? name) => All.SingleOrDefault(topology => topology.Name == name);
}
