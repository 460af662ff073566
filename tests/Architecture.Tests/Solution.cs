using System.Runtime.CompilerServices;
using ECommerce.Host;
using MediatR;

namespace ECommerce.Architecture.Tests;

/// <summary>What the fences stand around.</summary>
internal static class Solution
{
    public static readonly Assembly[] ModuleAssemblies = [.. ShopModules.All.Select(module => module.GetType().Assembly)];

    /// <summary>The contracts of every module: the assembly that has its name and <c>.Contracts</c>.</summary>
    public static readonly Assembly[] Contracts = [.. ModuleAssemblies.Select(module => Assembly.Load($"{module.GetName().Name}.Contracts"))];

    /// <summary>Every command and query: those that slices nest, and those of contracts.</summary>
    public static readonly Type[] Requests =
    [
        .. ModuleAssemblies.Concat(Contracts).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsInterface: false, IsAbstract: false } && type.Implements(typeof(IRequest<>))),
    ];

    public static readonly string Sources = Path.GetFullPath(Path.Combine(Folder(), "../../src"));

    public static bool Implements(this Type type, Type open) => type.Closing(open).Any();

    /// <summary>The ways in which a type closes a generic interface.</summary>
    public static IEnumerable<Type> Closing(this Type type, Type open) =>
        type.GetInterfaces().Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == open);

    /// <summary><c>PlaceOrder.Command</c> rather than a name with a plus in it.</summary>
    public static string Told(this Type type) => type.FullName!.Replace('+', '.');

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
