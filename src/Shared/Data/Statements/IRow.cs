using System.Data.Common;

namespace ECommerce.Data;

/// <summary>A row that reads itself, for statements on the hot path; Dapper maps all others.</summary>
public interface IRow<TSelf>
    where TSelf : IRow<TSelf>
{
    /// <summary>Takes each column by its place in the statement.</summary>
    static abstract TSelf Read(DbDataReader row);
}

public static class RowReading
{
    /// <summary>A timestamptz, which comes in UTC.</summary>
    public static DateTimeOffset GetUtc(this DbDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);
}
