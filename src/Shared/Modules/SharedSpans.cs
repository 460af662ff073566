using System.Diagnostics;
using ECommerce.Kernel;
using Observability.Tracing;

namespace ECommerce.Modules;

/// <summary>The spans that the shared projects make for every module. Database and messaging attributes are OpenTelemetry's conventions.</summary>
internal static class SharedSpans
{
    private static readonly string[] Command = ["app.module", "app.command", "app.kind", "app.outcome"];
    private static readonly string[] Message = ["messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name", "messaging.message.id"];

    public static readonly SpanDescriptor[] All =
    [
        new("{command}", ActivityKind.Internal, "The execution of a command or query, named after its slice.")
        {
            Always = Command,
            Sometimes = ["app.error.code", "app.fault", CustomerGroup.Attribute, "app.*.id", "error.type"],
        },
        new("{operation} {table}", ActivityKind.Client, "A SQL statement, until PostgreSQL has answered.")
        {
            Always = ["db.system.name", "db.namespace", "db.operation.name", "db.query.text", "server.address"],
            Sometimes = ["db.collection.name", "db.npgsql.*", "db.response.status_code", "error.type", "server.port"],
        },
        new("send {event}", ActivityKind.Producer, "An event written to the outbox, in the transaction of its cause.") { Always = Message },
        new("process {event}", ActivityKind.Consumer, "The handling of an event by one handler. A root span that links to the sender.")
        {
            Always = [.. Command, .. Message, "app.outbox.attempt", "app.outbox.delay_ms"],
            Sometimes = ["app.fault", CustomerGroup.Attribute, "app.*.id", "error.type"],
            LinksTo = "send {event}",
        },
        new("relay {module}", ActivityKind.Internal, "A batch that is read from an outbox and delivered. A root span.")
        {
            Always = ["messaging.batch.message_count"],
            Sometimes = ["app.fault", "error.type"],
        },
        new("{round}", ActivityKind.Internal, "A run of a periodic job. A root span.") { Sometimes = ["app.round.elsewhere", "error.type"] },
        new("migrate {module}", ActivityKind.Internal, "The migration of a schema, when there are new scripts.")
        {
            Always = ["app.module", "app.migration.scripts"],
            Sometimes = ["error.type"],
        },
        new("seed", ActivityKind.Internal, "The seeds of all modules at a start."),
    ];
}
