namespace ECommerce.TemplateModule;

/// <summary>What TemplateModule refuses, and why.</summary>
internal static class TemplateModuleErrors
{
    public static readonly Error IdTaken = new("templatemodule.id_taken", 409, "Something else was added under this id.",
        "Choose another id, a new UUID for each templateentity. Only the same text of the same customer is repeated under its id.");
}
