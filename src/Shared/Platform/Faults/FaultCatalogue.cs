using ECommerce.Kernel;
using ECommerce.Platform.Modules;

namespace ECommerce.Platform.Faults;

/// <summary>A target of fault injection: a slice of a module.</summary>
/// <param name="Module">The module of the slice.</param>
/// <param name="Slice">The name of the slice.</param>
/// <param name="HandlesEvents">Whether the slice handles events, and not a command or query.</param>
public sealed record FaultSite(string Module, string Slice, bool HandlesEvents);

/// <summary>The kinds of faults and their possible targets.</summary>
public sealed class FaultCatalogue(IEnumerable<FaultKind> kinds, IEnumerable<IModule> modules, IEnumerable<FaultSite> sites)
{
    private readonly FaultSite[] _sites = [.. sites];

    public IReadOnlyList<FaultKind> Kinds { get; } = [.. kinds];

    public IReadOnlyList<string> Modules { get; } = [.. modules.Select(module => module.Name)];

    public FaultKind? Find(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The modules that a kind can target, as its metrics name them.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind) =>
        kind.Scope is FaultScope.Host ? [ModuleName.Platform.Name] : kind.Module is { } only ? [only] : Modules;

    /// <summary>The modules with a slice of that name which this kind can target.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind, string slice) =>
        [.. _sites.Where(site => site.Slice == slice && site.HandlesEvents == kind.Scope is FaultScope.Handler).Select(site => site.Module)];

    public static bool HasSlices(FaultKind kind) => kind.Scope is FaultScope.Slice or FaultScope.Handler;
}
