using System.Reflection;
using DbUp.Engine;
using ECommerce.Platform.Messaging;
using ECommerce.Platform.Modules;

namespace ECommerce.Platform.Data;

/// <summary>A module's schema and its migrations.</summary>
/// <param name="Name">The name of the schema and of the role that owns it: <c>orders</c>.</param>
/// <param name="Scripts">The assembly with the migrations, embedded resources named <c>0001_orders.sql</c>; they run in the order of their names.</param>
public sealed record ModuleSchema(string Name, Assembly Scripts)
{
    /// <summary>The scripts that every module's schema has; they run before the module's own.</summary>
    public IReadOnlyList<SqlScript> Common { get; init; } = [];

    /// <summary>The schema of a module: its outbox and inbox, and its own scripts.</summary>
    public static ModuleSchema Of(IModule module) => new(module.Name, module.GetType().Assembly) { Common = [Outbox.Of(module.Name).Migration] };

    internal IEnumerable<string> ScriptNames => Common.Select(script => script.Name).Concat(Scripts.GetManifestResourceNames().Where(IsScript));

    internal static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
