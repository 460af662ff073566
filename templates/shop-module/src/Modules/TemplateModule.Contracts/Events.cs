using ECommerce.Kernel;

namespace ECommerce.TemplateModule.Contracts;

/// <summary>A templateentity was added.</summary>
/// <param name="UserId">The customer who added it.</param>
[EventName("templatemodule.templateentity-added.v1")]
public sealed record TemplateEntityAdded(Guid TemplateEntityId, Guid UserId, DateTimeOffset At) : IEvent
{
    Guid IEvent.AggregateId => TemplateEntityId;
}
