using System.Reflection;
using DbUp.Engine;

namespace ECommerce.Data;

/// <summary>A module's schema and its migrations.</summary>
/// <param name="Name">The name of the schema and of the role that owns it: <c>orders</c>.</param>
/// <param name="Scripts">The assembly with the migrations, embedded resources named <c>0001_orders.sql</c>; they run in the order of their names.</param>
public sealed record ModuleSchema(string Name, Assembly Scripts)
{
    /// <summary>The scripts that every module's schema has; they run before the module's own.</summary>
    public IReadOnlyList<SqlScript> Common { get; init; } = [];

    internal IEnumerable<string> ScriptNames => Common.Select(script => script.Name).Concat(Scripts.GetManifestResourceNames().Where(IsScript));

    internal static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
