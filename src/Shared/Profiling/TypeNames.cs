namespace ECommerce.Profiling;

/// <summary>The runtime names a nested type without the one around it: <c>Row</c>. Of our own types the whole name can be had.</summary>
internal sealed class TypeNames
{
    private readonly Lazy<ILookup<string, Type>> _ownNested = new(() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => !assembly.IsDynamic && assembly.GetName().Name!.StartsWith("ECommerce.", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsNested && !type.ContainsGenericParameters)
        .ToLookup(type => type.Name));

    /// <param name="name">As the runtime has it.</param>
    /// <param name="id">Where it keeps what it knows of the type: the same as its handle, in this process.</param>
    public string Resolve(string name, ulong id) => name.Contains('.', StringComparison.Ordinal)
        ? name
        : _ownNested.Value[name].FirstOrDefault(type => (ulong)type.TypeHandle.Value == id)?.FullName ?? name;
}
