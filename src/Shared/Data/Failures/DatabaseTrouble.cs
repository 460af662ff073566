using System.Net.Sockets;
using ECommerce.Kernel;
using Npgsql;

namespace ECommerce.Data;

/// <summary>The refusal that a failure of the database becomes at the edge.</summary>
public static class DatabaseTrouble
{
    private static readonly Error Away = CommonErrors.DependencyUnavailable.Because("The database does not answer.");

    // A failover takes seconds; who asks every second only makes it slower.
    private static readonly Error ReadOnly = CommonErrors.DependencyUnavailable
        .Because("The database takes no changes at the moment.").RetryAfter(TimeSpan.FromSeconds(5));

    /// <returns>Null when the exception is none of the database's, or a fault (500).</returns>
    public static Error? Explain(Exception exception) => exception switch
    {
        PostgresException error => SqlStates.Of(error).Answer switch
        {
            SqlStateAnswer.Fault => null,
            SqlStateAnswer.ReadOnly => ReadOnly,
            _ => Away,
        },
        NpgsqlException or SocketException => Away,
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
