using System.Diagnostics;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The driver's spans, named by what a statement does and to which table. Opening a connection makes none: its span would be named by the
/// database, and belong to whoever happens to come first.
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
