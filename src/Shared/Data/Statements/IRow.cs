using System.Data.Common;

namespace ECommerce.Data;

/// <summary>A record that reads itself from a row, for statements on the hot path; Dapper maps all others.</summary>
public interface IRow<TSelf>
    where TSelf : IRow<TSelf>
{
    /// <summary>Reads the columns by their position in the statement.</summary>
    static abstract TSelf Read(DbDataReader row);
}

public static class RowReading
{
    /// <summary>Reads a timestamptz, which the driver returns in UTC.</summary>
    public static DateTimeOffset GetUtc(this DbDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);
}
