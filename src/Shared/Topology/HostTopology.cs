using ECommerce.Modules;
using Microsoft.Extensions.Configuration;

namespace ECommerce.Topology;

/// <summary>
/// The topology as one host sees it: the modules that it holds, and the internal listeners of the hosts that hold the others. A host cannot
/// tell <c>monolith</c> from <c>replicas</c>: replicas are equal hosts that hold every module.
/// </summary>
/// <param name="Hosted">The modules of this host.</param>
/// <param name="Remote">The modules of other hosts, by name, with the addresses of their internal listeners.</param>
public sealed record HostTopology(IReadOnlyList<IModule> Hosted, IReadOnlyDictionary<string, Uri> Remote)
{
    /// <summary>Whether a module is held by another host.</summary>
    public bool IsDistributed => Remote.Count > 0;

    /// <summary>The name of the topology: <c>monolith</c> or <c>services</c>.</summary>
    public string Name => IsDistributed ? "services" : "monolith";

    /// <summary>The names of the modules of this host.</summary>
    public IReadOnlySet<string> Names { get; } = Hosted.Select(module => module.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Whether this host holds the module.</summary>
    public bool Holds(string module) => Names.Contains(module);

    /// <summary>
    /// Reads the section <c>Modules</c>. Wrong values are left out here and reported by <see cref="TopologyCheck"/> with all other settings.
    /// </summary>
    public static HostTopology Read(IConfiguration configuration, IReadOnlyList<IModule> all)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var names = ModulesOptions.Split(configuration[$"{ModulesOptions.Section}:{nameof(ModulesOptions.Hosted)}"]);
        IModule[] hosted = [.. all.Where(module => names.Count == 0 || names.Contains(module.Name))];
        var remote = all.Except(hosted)
            .Select(module => (module.Name, Address: ModulesOptions.AddressOf(configuration, module.Name)))
            .Where(module => module.Address is not null)
            .ToDictionary(module => module.Name, module => module.Address!, StringComparer.Ordinal);
        return new(hosted, remote);
    }
}
