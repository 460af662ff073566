using Npgsql;

namespace ECommerce.Data;

/// <summary>PostgreSQL's own types are all that the shop stores, and the driver knows them: it need not ask each server which ones it has.</summary>
internal static class BuiltInTypes
{
    public static NpgsqlDataSourceBuilder KnowBuiltInTypes(this NpgsqlDataSourceBuilder builder) =>
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
}
