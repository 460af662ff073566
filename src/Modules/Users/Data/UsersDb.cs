using ECommerce.Platform.Data;
using ECommerce.Platform.Faults;

namespace ECommerce.Users;

/// <summary>Database access of the schema <c>users</c>.</summary>
internal sealed class UsersDb(ModuleDataSources sources, DatabaseMetrics metrics, FaultSwitches faults, TimeProvider clock)
    : ModuleDb("users", sources, metrics, faults, clock);
