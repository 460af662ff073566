namespace ECommerce.Users;

/// <summary>Database access of the schema <c>users</c>.</summary>
internal sealed class UsersDb(ModuleDataSources sources) : ModuleDb("users", sources);
