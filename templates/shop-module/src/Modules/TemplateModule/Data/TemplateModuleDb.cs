
using ECommerce.Data;
using ECommerce.Faults;

namespace ECommerce.TemplateModule;

/// <summary>The schema <c>templatemodule</c>.</summary>
internal sealed class TemplateModuleDb(ModuleDataSources sources, DatabaseMetrics metrics, FaultInjector faults, TimeProvider clock)
    : ModuleDb("templatemodule", sources, metrics, faults, clock);
