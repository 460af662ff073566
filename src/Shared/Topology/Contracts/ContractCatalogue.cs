using System.Reflection;
using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Modules;
using MediatR;

namespace ECommerce.Topology;

/// <summary>A command or query that modules send to each other.</summary>
/// <param name="Name">The name on the wire: <c>products.reserve-stock.v1</c>.</param>
/// <param name="Module">The module that handles it: <c>products</c>.</param>
/// <param name="Request">The request's type.</param>
/// <param name="Value">The type of the value in its <see cref="Result{T}"/>.</param>
public sealed record Contract(string Name, string Module, Type Request, Type Value)
{
    /// <summary>The header with the milliseconds that are left for an attempt, as in gRPC's <c>grpc-timeout</c>.</summary>
    public const string TimeoutHeader = "X-Contract-Timeout-Ms";

    /// <summary>The path of its endpoint on the internal listener.</summary>
    public string Path => $"/contracts/{Name}";
}

/// <summary>
/// The contracts of all modules, read from their <c>*.Contracts</c> assemblies. The wire name is made from the type's name, so that a
/// contract knows nothing of a wire; the name of a second version ends in V2.
/// </summary>
public sealed class ContractCatalogue
{
    private readonly Dictionary<Type, Contract> _byRequest;

    private ContractCatalogue(IEnumerable<Contract> contracts) => _byRequest = contracts.ToDictionary(contract => contract.Request);

    public IReadOnlyCollection<Contract> All => _byRequest.Values;

    public static ContractCatalogue Of(IEnumerable<IModule> modules)
    {
        ArgumentNullException.ThrowIfNull(modules);
        return new(
            from assembly in modules.Select(module => module.GetType().Assembly)
                .SelectMany(module => module.GetReferencedAssemblies().Where(name => name.Name!.EndsWith(".Contracts", StringComparison.Ordinal)))
                .Select(name => name.FullName).Distinct(StringComparer.Ordinal).Select(Assembly.Load)
            from type in assembly.GetExportedTypes()
            from contract in type.GetInterfaces()
            where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequest<>)
            let result = contract.GetGenericArguments()[0]
            where result.IsGenericType && result.GetGenericTypeDefinition() == typeof(Result<>)
            let module = ModuleName.Of(type).Name
            select new Contract($"{module}.{WireNameOf(type.Name)}", module, type, result.GetGenericArguments()[0]));
    }

    public Contract Of(Type request) => _byRequest[request];

    // ReserveStock is reserve-stock.v1, ReserveStockV2 is reserve-stock.v2.
    private static string WireNameOf(string type)
    {
        var digits = type.Length - type.AsSpan().TrimEnd("0123456789").Length;
        var isNumbered = digits > 0 && type[^(digits + 1)] == 'V';
        return $"{JsonNamingPolicy.KebabCaseLower.ConvertName(isNumbered ? type[..^(digits + 1)] : type)}.v{(isNumbered ? type[^digits..] : "1")}";
    }
}
