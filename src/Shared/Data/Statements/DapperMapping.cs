using System.Data;
using Dapper;

namespace ECommerce.Data;

/// <summary>Configures Dapper's mapping of rows to records for all modules.</summary>
internal static class DapperMapping
{
    public static void Configure()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        // Dapper uses a handler for parameters only when it has no mapping of its own.
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.AddTypeHandler(new UtcHandler());
    }

    /// <summary>Maps timestamptz to a DateTimeOffset in UTC, and back.</summary>
    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => value switch
        {
            DateTimeOffset time => time,
            DateTime time => new(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            _ => throw new InvalidCastException($"{value.GetType()} is not a time."),
        };

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }
}
