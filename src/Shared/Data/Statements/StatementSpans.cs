using System.Diagnostics;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Configures the driver's spans: they are named after the statement's operation and table. Opening a connection creates no span, because
/// its span would be named after the database and belong to the first request by chance.
/// </summary>
internal static class StatementSpans
{
    public static NpgsqlDataSourceBuilder TraceStatements(this NpgsqlDataSourceBuilder builder) => builder.ConfigureTracing(tracing => tracing
        .EnablePhysicalOpenTracing(false)
        .EnableFirstResponseEvent(false)
        .ConfigureCommandSpanNameProvider(command => SqlStatement.Of(command.CommandText).SpanName)
        .ConfigureCommandEnrichmentCallback(static (activity, command) => Describe(activity, SqlStatement.Of(command.CommandText))));

    private static void Describe(Activity activity, SqlStatement statement)
    {
        activity.SetTag("db.operation.name", statement.Operation);
        if (statement.Collection is not null)
            activity.SetTag("db.collection.name", statement.Collection);
    }
}
