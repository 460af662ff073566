namespace ECommerce.TemplateModule;

/// <summary>A templateentity as its customer sees it.</summary>
/// <param name="Id">The id, chosen by the customer's client.</param>
/// <param name="UserId">The customer.</param>
/// <param name="Text">What the customer wrote.</param>
/// <param name="CreatedAt">When it was added.</param>
internal sealed record TemplateEntity(Guid Id, Guid UserId, string Text, DateTimeOffset CreatedAt);
