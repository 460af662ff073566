using ECommerce.Kernel;
using ECommerce.Platform.Modules;

namespace ECommerce.Platform.Faults;

/// <summary>A place that a fault can be aimed at.</summary>
/// <param name="Module">Whose it is.</param>
/// <param name="Slice">The name of the slice.</param>
/// <param name="HandlesEvents">Whether it is a handler of events, and not a command or query.</param>
public sealed record FaultSite(string Module, string Slice, bool HandlesEvents);

/// <summary>Which faults there are, and where they can strike.</summary>
public sealed class FaultCatalogue(IEnumerable<FaultKind> kinds, IEnumerable<IModule> modules, IEnumerable<FaultSite> sites)
{
    private readonly FaultSite[] _sites = [.. sites];

    public IReadOnlyList<FaultKind> Kinds { get; } = [.. kinds];

    public IReadOnlyList<string> Modules { get; } = [.. modules.Select(module => module.Name)];

    public FaultKind? Find(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The modules in which a kind can strike, as its metrics name them.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind) =>
        kind.Scope is FaultScope.Host ? [ModuleName.Platform.Name] : kind.Module is { } only ? [only] : Modules;

    /// <summary>The modules that have a slice of that name which this kind can strike.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind, string slice) =>
        [.. _sites.Where(site => site.Slice == slice && site.HandlesEvents == kind.Scope is FaultScope.Handler).Select(site => site.Module)];

    public static bool HasSlices(FaultKind kind) => kind.Scope is FaultScope.Slice or FaultScope.Handler;
}
