
using ECommerce.Messaging;
using ECommerce.Modules;

namespace ECommerce.Host;

/// <summary>
/// The one list of the shop's modules, in the order of their registration. Everything that enumerates modules is derived from it, or held
/// against it by <c>tests/Architecture.Tests</c> and <c>tests/Deploy.Tests</c>. CONTRIBUTING.md, <i>Add a module</i>, shows the way.
/// </summary>
public static class ShopModules
{
    /// <summary>A module that is not named here is not loaded. Modules keep no state, so hosts in one process share the instances.</summary>
    public static IReadOnlyList<IModule> All { get; } =
    [
        new Users.UsersModule(),
        new Products.ProductsModule(),
        new Orders.OrdersModule(),
    ];

    /// <summary>The modules' names: their schemas, their roles, their paths under <c>/api</c> and their labels in every signal.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(module => module.Name)];

    /// <summary>The modules that this process hosts: all, or those that <c>Modules__Hosted</c> names, separated by commas.</summary>
    public static HostedModules HostedBy(IConfiguration configuration) => new(
        configuration["Modules:Hosted"] is { Length: > 0 } given
            ? given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal)
            : Names.ToHashSet(StringComparer.Ordinal),
        Names);
}
