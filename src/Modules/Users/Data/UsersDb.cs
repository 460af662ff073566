namespace ECommerce.Users;

/// <summary>The schema <c>users</c>.</summary>
internal sealed class UsersDb(ModuleDataSources sources) : ModuleDb("users", sources);
