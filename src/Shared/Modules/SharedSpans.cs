using System.Diagnostics;
using ECommerce.Observability.Tracing;

namespace ECommerce.Modules;

/// <summary>The spans that the shared projects make for every module. Database and messaging attributes are OpenTelemetry's conventions.</summary>
internal static class SharedSpans
{
    private static readonly string[] Command = ["app.module", "app.command", "app.kind", "app.outcome"];
    private static readonly string[] Message = ["messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name", "messaging.message.id"];

    public static readonly SpanShape[] All =
    [
        new("{command}", ActivityKind.Internal, "A command or query in its handler, named as its slice.")
        {
            Always = Command,
            Sometimes = ["app.error.code", "app.fault", "app.*.id", "error.type"],
        },
        new("{operation} {table}", ActivityKind.Client, "A statement, until PostgreSQL has answered it.")
        {
            Always = ["db.system.name", "db.namespace", "db.operation.name", "db.query.text", "server.address"],
            Sometimes = ["db.collection.name", "db.npgsql.*", "db.response.status_code", "error.type", "server.port"],
        },
        new("send {event}", ActivityKind.Producer, "An event put into the outbox, in the transaction of its cause.") { Always = Message },
        new("process {event}", ActivityKind.Consumer, "An event in one of its handlers, a root of its own.")
        {
            Always = [.. Command, .. Message, "app.outbox.attempt", "app.outbox.delay_ms"],
            Sometimes = ["app.fault", "app.*.id", "error.type"],
            LinksTo = "send {event}",
        },
        new("relay {module}", ActivityKind.Internal, "A batch taken from an outbox and delivered, a root of its own.")
        {
            Always = ["messaging.batch.message_count"],
            Sometimes = ["app.fault", "error.type"],
        },
        new("{round}", ActivityKind.Internal, "Work that comes round, a root of its own.") { Sometimes = ["error.type"] },
        new("migrate {module}", ActivityKind.Internal, "A schema brought up to date, when there is something new.")
        {
            Always = ["app.module", "app.migration.scripts"],
            Sometimes = ["error.type"],
        },
        new("seed", ActivityKind.Internal, "What the modules put into the shop at a start."),
    ];
}
