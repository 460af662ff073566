namespace ECommerce.Modules;

/// <summary>A handler as signals, interceptors and operators name it.</summary>
/// <param name="Module">The module that owns it.</param>
/// <param name="Slice">The name of its slice.</param>
/// <param name="HandlesEvents">Whether it is a handler of events, and not of a command or query.</param>
public sealed record SliceDescriptor(string Module, string Slice, bool HandlesEvents);
