using System.Reflection;
using ECommerce.Kernel;
using MediatR;

namespace ECommerce.Messaging;

/// <summary>
/// The receivers of every event: the modules whose assemblies have a handler for it, wherever they are hosted. It is computed from the
/// binaries, so that every process of one version computes the same.
/// </summary>
public sealed class EventRoutes
{
    private readonly Dictionary<string, string[]> _receivers;

    private EventRoutes(Dictionary<string, string[]> receivers) => _receivers = receivers;

    /// <summary>Collects the handlers of the modules' assemblies.</summary>
    public static EventRoutes Of(IEnumerable<Assembly> modules) => new(modules
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type is { IsAbstract: false, IsInterface: false })
        .SelectMany(type => type.GetInterfaces(), (type, contract) => (type, contract))
        .Where(pair => pair.contract.IsGenericType && pair.contract.GetGenericTypeDefinition() == typeof(INotificationHandler<>))
        .GroupBy(pair => EventCatalogue.NameOf(pair.contract.GetGenericArguments()[0]), pair => ModuleName.Of(pair.type).Name, StringComparer.Ordinal)
        .ToDictionary(route => route.Key, route => route.Distinct().Order(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal));

    /// <summary>The wire names of all events that have a handler.</summary>
    public IEnumerable<string> Events => _receivers.Keys;

    /// <summary>The modules that handle the event, in the order of their names.</summary>
    public IReadOnlyList<string> ReceiversOf(string eventName) => _receivers.GetValueOrDefault(eventName) ?? [];

    /// <summary>The wire names of the events that the module handles.</summary>
    public IEnumerable<string> HandledBy(string module) => _receivers.Where(route => route.Value.Contains(module)).Select(route => route.Key);

    /// <summary>The module that publishes the event, which is the first part of its wire name.</summary>
    public static string SenderOf(string eventName)
    {
        ArgumentNullException.ThrowIfNull(eventName);
        return eventName.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? eventName[..dot] : "";
    }
}
