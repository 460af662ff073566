using System.Reflection;
using System.Text.Json;
using ECommerce.Kernel;
using MediatR;

namespace ECommerce.Messaging;

/// <summary>The events that this process knows, by wire name, and their handlers.</summary>
public sealed class EventCatalogue
{
    private readonly Dictionary<string, Publisher> _publishers;
    private readonly ILookup<Type, Type> _handlers;

    private EventCatalogue(Dictionary<string, Publisher> publishers, ILookup<Type, Type> handlers) =>
        (_publishers, _handlers) = (publishers, handlers);

    /// <summary>Collects handlers from the types, and events from the contracts that their assemblies reference.</summary>
    public static EventCatalogue Of(IReadOnlyCollection<Type> types)
    {
        var handlers = types
            .SelectMany(type => type.GetInterfaces(), (type, contract) => (type, contract))
            .Where(pair => pair.contract.IsGenericType && pair.contract.GetGenericTypeDefinition() == typeof(INotificationHandler<>))
            .ToLookup(pair => pair.contract.GetGenericArguments()[0], pair => pair.type);

        var contracts = types.Select(type => type.Assembly).Distinct()
            .SelectMany(assembly => assembly.GetReferencedAssemblies())
            .Where(name => name.Name!.EndsWith(".Contracts", StringComparison.Ordinal))
            .Select(name => name.FullName).Distinct()
            .Select(Assembly.Load);
        var publishers = contracts
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type is { IsAbstract: false } && typeof(IEvent).IsAssignableFrom(type))
            .ToDictionary(NameOf, type => (Publisher)Activator.CreateInstance(typeof(Publisher<>).MakeGenericType(type))!, StringComparer.Ordinal);
        return new(publishers, handlers);
    }

    public IEnumerable<Type> HandlersOf(Type @event) => _handlers[@event];

    /// <exception cref="UnknownEventException">The event's name is unknown.</exception>
    /// <exception cref="JsonException">The payload is not that event.</exception>
    internal Task PublishAsync(IMediator mediator, OutboxMessage message, CancellationToken ct) =>
        _publishers.TryGetValue(message.Type, out var publisher)
            ? publisher.PublishAsync(mediator, message.Payload, ct)
            : throw new UnknownEventException(message.Type);

    /// <summary>Whether the module publishes broadcast events.</summary>
    public bool Broadcasts(string module) =>
        _publishers.Any(publisher => publisher.Value.IsBroadcast && publisher.Key.StartsWith($"{module}.", StringComparison.Ordinal));

    internal static string NameOf(Type @event) => @event.GetCustomAttribute<EventNameAttribute>()?.Name
        ?? throw new InvalidOperationException($"{@event} travels and has no [EventName].");

    private abstract class Publisher
    {
        public abstract bool IsBroadcast { get; }

        public abstract Task PublishAsync(IMediator mediator, string payload, CancellationToken ct);
    }

    private sealed class Publisher<TEvent> : Publisher where TEvent : IEvent
    {
        public override bool IsBroadcast => typeof(IBroadcast).IsAssignableFrom(typeof(TEvent));

        public override Task PublishAsync(IMediator mediator, string payload, CancellationToken ct) =>
            mediator.Publish(JsonSerializer.Deserialize<TEvent>(payload, EventJson.Options)!, ct);
    }
}

/// <summary>Thrown for an outbox row with an event that this version of the host does not know; a newer one may.</summary>
internal sealed class UnknownEventException(string name) : Exception($"No event is called '{name}' here.");
