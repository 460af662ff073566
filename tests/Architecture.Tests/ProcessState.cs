using System.Collections;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Architecture.Tests;

/// <summary>Finds the types of <c>src</c> that keep something in the process: in static fields, or in the singletons of a running host.</summary>
internal static class ProcessState
{
    private const BindingFlags OfInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private const BindingFlags OfType = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly HashSet<Assembly> Sources = [.. Layers.References.Keys.Select(name => Assembly.Load(AssemblyOf(name)))];

    // The packages that stand without the shop do not have its name.
    private static string AssemblyOf(string project) => project switch
    {
        "Observability" => project,
        "Console" => $"Observability.{project}",
        _ => $"ECommerce.{project}",
    };

    /// <summary>Types with a static field that can change: assigned more than once, or a collection.</summary>
    public static IEnumerable<Type> OfStaticFields() =>
        from type in Sources.SelectMany(assembly => assembly.GetTypes())
        where !IsGenerated(type) && type.GetFields(OfType).Any(field => !field.IsLiteral && CanChange(field))
        select Outermost(type);

    /// <summary>Types of objects that live as long as the host and have a field that can change.</summary>
    /// <param name="services">The registrations of the host.</param>
    /// <param name="host">The running host.</param>
    public static IEnumerable<Type> OfSingletons(IServiceCollection services, IServiceProvider host)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (var service in services.Where(IsOurs).Select(service => service.ServiceType).Distinct())
        {
            foreach (var singleton in host.GetServices(service).OfType<object>())
                Walk(singleton, seen);
        }

        return seen.Select(one => one.GetType()).Distinct()
            .Where(type => !type.IsEnum && !IsGenerated(type) && ChainOf(type).Any(level => level.GetFields(OfInstance).Any(CanChange)))
            .Select(Outermost);
    }

    private static bool IsOurs(ServiceDescriptor service) => service is { Lifetime: ServiceLifetime.Singleton, IsKeyedService: false, ServiceType.ContainsGenericParameters: false }
        && (service.ServiceType == typeof(IHostedService) || Sources.Contains(service.ServiceType.Assembly)
            || (service.ImplementationType ?? service.ImplementationInstance?.GetType()) is { } type && Sources.Contains(type.Assembly));

    // From object to object, as far as they are of types of the repository, and through their arrays, lists and delegates.
    private static void Walk(object one, HashSet<object> seen)
    {
        if (one is Delegate { Target: { } captured })
            one = captured;
        foreach (var element in ElementsOf(one))
        {
            if (element is not null)
                Walk(element, seen);
        }

        if (!Sources.Contains(one.GetType().Assembly) || !seen.Add(one))
            return;
        foreach (var field in ChainOf(one.GetType()).SelectMany(level => level.GetFields(OfInstance)).Where(field => !field.FieldType.IsPrimitive))
        {
            if (field.GetValue(one) is { } value)
                Walk(value, seen);
        }
    }

    // The host runs: only what can be read while others write.
    private static Array ElementsOf(object one) => one switch
    {
        Array several when !several.GetType().GetElementType()!.IsPrimitive => several,
        IList { Count: > 0 } several when one.GetType().IsGenericType && one.GetType().GetGenericTypeDefinition() == typeof(List<>) => Copy(several),
        IDictionary table when one.GetType().Namespace == "System.Collections.Concurrent" => Copy(table.Values),
        _ => Array.Empty<object>(),
    };

    private static object?[] Copy(ICollection several)
    {
        var copy = new ArrayList(several);
        return copy.ToArray();
    }

    private static IEnumerable<Type> ChainOf(Type? type)
    {
        for (; type is not null && Sources.Contains(type.Assembly); type = type.BaseType)
            yield return type;
    }

    // What a property makes on first use (`field ??= …`) is a constant that is late.
    private static bool CanChange(FieldInfo field) =>
        (!field.IsInitOnly && !field.IsDefined(typeof(CompilerGeneratedAttribute))) || IsContainer(field.FieldType);

    private static bool IsContainer(Type type) =>
        typeof(IDictionary).IsAssignableFrom(type) || (typeof(IList).IsAssignableFrom(type) && !type.IsArray)
        || (type.IsGenericType && Containers.Contains(type.GetGenericTypeDefinition()));

    private static readonly HashSet<Type> Containers =
    [
        typeof(HashSet<>), typeof(Queue<>), typeof(LinkedList<>), typeof(PriorityQueue<,>), typeof(ConditionalWeakTable<,>), typeof(Channel<>),
        typeof(System.Collections.Concurrent.ConcurrentQueue<>), typeof(System.Collections.Concurrent.ConcurrentBag<>), typeof(System.Collections.Concurrent.ConcurrentStack<>),
        typeof(System.Collections.Concurrent.BlockingCollection<>), typeof(System.Collections.Concurrent.ConcurrentDictionary<,>),
    ];

    private static bool IsGenerated(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.Contains('<')
        || type.Namespace is "System.Text.RegularExpressions.Generated" or null;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
