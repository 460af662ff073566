using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Limits the driver to PostgreSQL's built-in types, which are all that the shop stores. It then does not query each server's type
/// catalogue.
/// </summary>
internal static class BuiltInTypes
{
    public static NpgsqlDataSourceBuilder KnowBuiltInTypes(this NpgsqlDataSourceBuilder builder) =>
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
}
