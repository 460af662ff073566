using ECommerce.Platform.Data;

namespace ECommerce.Users;

/// <summary>The schema <c>users</c>.</summary>
internal sealed class UsersDb(ModuleDataSources sources, DatabaseMetrics metrics, TimeProvider clock) : ModuleDb("users", sources, metrics, clock);
