using ECommerce.Kernel;
using ECommerce.Modules;

namespace ECommerce.Faults;

/// <summary>The kinds of faults and their possible targets.</summary>
public sealed class FaultCatalogue(
    IEnumerable<FaultKind> kinds, IEnumerable<Failpoint> failpoints, IEnumerable<IModule> modules, IEnumerable<SliceDescriptor> slices,
    IEnumerable<ForwardedRequest> forwarded)
{
    private readonly SliceDescriptor[] _slices = [.. slices];

    public IReadOnlyList<FaultKind> Kinds { get; } = [.. kinds, .. failpoints.Select(FaultKind.Of)];

    public IReadOnlyList<string> Modules { get; } = [.. modules.Select(module => module.Name)];

    /// <summary>The modules in other hosts that this host calls; none where it holds every module.</summary>
    public IReadOnlyList<string> CalledModules { get; } = [.. forwarded.Select(request => ModuleName.Of(request.Type).Name).Distinct().Order(StringComparer.Ordinal)];

    public FaultKind? Find(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>The modules that a kind can target, as its metrics name them.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind) => kind switch
    {
        { Scope: FaultScope.Host } => [ModuleName.Platform.Name],
        { Scope: FaultScope.Call } => CalledModules,
        { Module: { } only } => [only],
        _ => Modules,
    };

    /// <summary>The modules with a slice of that name which this kind can target.</summary>
    public IReadOnlyList<string> ModulesOf(FaultKind kind, string slice) =>
        [.. _slices.Where(one => one.Slice == slice && one.HandlesEvents == kind.Scope is FaultScope.Handler).Select(one => one.Module)];

    public static bool HasSlices(FaultKind kind) => kind.Scope is FaultScope.Slice or FaultScope.Handler;
}
