using System.Collections;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Testing;

/// <summary>
/// The services of hosts that hold one module each. A type of a module comes from the host of that module, a list from all hosts, and any
/// other from the host of Users, which also serves what belongs to no module. A scope is one of Orders, the module that calls the others.
/// </summary>
/// <param name="hosts">The services of each host, by module.</param>
internal sealed class ServicesOfAll(IReadOnlyDictionary<string, IServiceProvider> hosts) : IServiceProvider
{
    private const string Caller = "orders";

    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceType.IsGenericType && serviceType.GetGenericTypeDefinition() == typeof(IEnumerable<>))
            return AllOf(serviceType, serviceType.GetGenericArguments()[0]);
        if (serviceType == typeof(EndpointDataSource))
            return new CompositeEndpointDataSource(hosts.Values.Select(services => services.GetRequiredService<EndpointDataSource>()));
        var host = serviceType == typeof(IServiceScopeFactory) ? Caller
            : serviceType.Namespace?.Split('.') is ["ECommerce", var module, ..] ? module.ToLowerInvariant()
            : Gateway.OfNoModule;
        return (hosts.GetValueOrDefault(host) ?? hosts[Gateway.OfNoModule]).GetService(serviceType);
    }

    private Array AllOf(Type list, Type item)
    {
        object[] all = [.. hosts.Values.SelectMany(services => ((IEnumerable)services.GetRequiredService(list)).Cast<object>())];
        var typed = Array.CreateInstance(item, all.Length);
        all.CopyTo(typed, 0);
        return typed;
    }
}
