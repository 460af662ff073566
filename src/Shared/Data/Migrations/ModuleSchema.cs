using System.Reflection;
using DbUp.Engine;

namespace ECommerce.Data;

/// <summary>A module's part of the database.</summary>
/// <param name="Name">The name of its schema and of the role that owns it: <c>orders</c>.</param>
/// <param name="Scripts">Where its migrations are embedded, as resources named <c>0001_orders.sql</c>; they run in the order of their names.</param>
public sealed record ModuleSchema(string Name, Assembly Scripts)
{
    /// <summary>What every module's schema begins with; run before its own scripts, once like them.</summary>
    public IReadOnlyList<SqlScript> Common { get; init; } = [];

    internal IEnumerable<string> ScriptNames => Common.Select(script => script.Name).Concat(Scripts.GetManifestResourceNames().Where(IsScript));

    internal static bool IsScript(string resource) => resource.EndsWith(".sql", StringComparison.Ordinal);
}
