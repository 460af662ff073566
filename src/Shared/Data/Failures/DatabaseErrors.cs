using System.Net.Sockets;
using ECommerce.Kernel;
using Npgsql;

namespace ECommerce.Data;

/// <summary>Maps database exceptions to refusals.</summary>
public static class DatabaseErrors
{
    private static readonly Error Away = CommonErrors.DependencyUnavailable.Because("The database does not answer.");

    // A failover takes seconds; frequent retries would slow it down.
    private static readonly Error ReadOnly = CommonErrors.DependencyUnavailable
        .Because("The database takes no changes at the moment.").RetryAfter(TimeSpan.FromSeconds(5));

    /// <returns>The refusal; null when the exception is not from the database or is a bug (500).</returns>
    public static Error? Explain(Exception exception) => exception switch
    {
        PostgresException error => SqlStates.Of(error).Answer switch
        {
            SqlStateHandling.Fault => null,
            SqlStateHandling.ReadOnly => ReadOnly,
            _ => Away,
        },
        NpgsqlException or SocketException => Away,
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
