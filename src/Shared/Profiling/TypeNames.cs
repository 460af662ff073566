namespace ECommerce.Profiling;

/// <summary>Resolves the full names of types from allocation events, in which a nested type appears without its declaring type.</summary>
internal sealed class TypeNames
{
    private readonly Lazy<ILookup<string, Type>> _ownNested = new(() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => !assembly.IsDynamic && assembly.GetName().Name!.StartsWith("ECommerce.", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsNested && !type.ContainsGenericParameters)
        .ToLookup(type => type.Name));

    /// <param name="name">The name in the event.</param>
    /// <param name="id">The type's id in the event, which in this process is its type handle.</param>
    public string Resolve(string name, ulong id) => name.Contains('.', StringComparison.Ordinal)
        ? name
        : _ownNested.Value[name].FirstOrDefault(type => (ulong)type.TypeHandle.Value == id)?.FullName ?? name;
}
