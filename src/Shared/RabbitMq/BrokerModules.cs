using ECommerce.Kernel;
using ECommerce.Messaging;

namespace ECommerce.RabbitMq;

/// <summary>Which events leave this process and which arrive, by the handlers in the binaries and the modules that it hosts.</summary>
internal sealed class BrokerModules(HostedModules hosted, EventRoutes routes, IReadOnlyList<ModuleName> modules)
{
    /// <summary>Whether the process needs the broker: some module is hosted by another process.</summary>
    public bool IsActive => hosted.IsPartial;

    /// <summary>The hosted modules with an event that another process handles; each consumes a queue of receipts.</summary>
    public IReadOnlyList<ModuleName> Senders { get; } =
    [
        .. modules.Where(module => hosted.Hosted.Contains(module.Name)
            && routes.Events.Any(name => EventRoutes.SenderOf(name) == module.Name && routes.ReceiversOf(name).Any(receiver => !hosted.Hosted.Contains(receiver)))),
    ];

    /// <summary>The hosted modules that handle an event of another process; each consumes a queue of events.</summary>
    public IReadOnlyList<ModuleName> Receivers { get; } =
    [
        .. modules.Where(module => hosted.Hosted.Contains(module.Name) && routes.HandledBy(module.Name).Any(name => !hosted.Hosted.Contains(EventRoutes.SenderOf(name)))),
    ];

    /// <summary>The events that are sent to another process, by wire name, with the modules there that handle them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Outgoing { get; } = routes.Events
        .Where(name => hosted.Hosted.Contains(EventRoutes.SenderOf(name)) && routes.ReceiversOf(name).Any(receiver => !hosted.Hosted.Contains(receiver)))
        .ToDictionary(name => name, name => (IReadOnlyList<string>)[.. routes.ReceiversOf(name).Where(receiver => !hosted.Hosted.Contains(receiver))], StringComparer.Ordinal);

    public bool IsKnown(string module) => modules.Any(known => known.Name == module);

    public bool IsHosted(string module) => hosted.Hosted.Contains(module);

    public bool Handles(string module, string eventName) => routes.ReceiversOf(eventName).Contains(module);

    public IReadOnlyList<ModuleName> All => modules;

    /// <summary>The queues of the shop with the events that each receives. All processes declare all of them, so that events wait for a receiver that has never started.</summary>
    public IEnumerable<(string Module, IEnumerable<string> Events)> Routes => modules.Select(module => (module.Name, routes.HandledBy(module.Name)));
}
