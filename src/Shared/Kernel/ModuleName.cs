using System.Collections.Concurrent;

namespace ECommerce.Kernel;

/// <summary>
/// The module that owns a type, derived from its namespace: <c>ECommerce.Orders</c> and <c>ECommerce.Orders.Contracts</c> belong to
/// <c>orders</c>; the host and everything shared belong to <c>platform</c>.
/// </summary>
/// <param name="Name">The label <c>module</c>: <c>orders</c>.</param>
/// <param name="Service">The label <c>service</c>: <c>orders-service</c>, or <c>platform</c>.</param>
/// <param name="Source">The name of its ActivitySource and its log category: <c>ECommerce.Orders</c>.</param>
public sealed record ModuleName(string Name, string Service, string Source)
{
    public static readonly ModuleName Platform = new("platform", "platform", "ECommerce.Platform");

    /// <summary>The namespaces below <c>ECommerce</c> that belong to no module: the host's and those of the shared projects.</summary>
    public static IReadOnlyList<string> SharedNamespaces { get; } =
        ["Host", "Observability", "Platform", "Data", "EmbeddedPostgres", "Faults", "Hosting", "Kernel", "Messaging", "Modules", "Profiling", "RabbitMq", "Text", "Topology", "Web"];

    private static readonly ConcurrentDictionary<Type, ModuleName> Types = new();
    private static readonly ConcurrentDictionary<string, ModuleName> Categories = new();

    public static ModuleName Of(Type type) => Types.GetOrAdd(type, static type => Parse(type.Namespace));

    /// <summary>The module of a log category. The cache is bounded by the number of types.</summary>
    public static ModuleName OfCategory(string category) => Categories.GetOrAdd(category, Parse);

    private static ModuleName Parse(string? name) =>
        name?.Split('.') is ["ECommerce", var module, ..] && !SharedNamespaces.Contains(module)
            ? new(module.ToLowerInvariant(), $"{module.ToLowerInvariant()}-service", $"ECommerce.{module}")
            : Platform;
}
