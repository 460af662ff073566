namespace ECommerce.TemplateModule;

/// <summary>Database access of the schema <c>templatemodule</c>.</summary>
internal sealed class TemplateModuleDb(ModuleDataSources sources) : ModuleDb("templatemodule", sources);
