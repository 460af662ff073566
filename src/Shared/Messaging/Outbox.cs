using System.Collections.Concurrent;
using DbUp.Engine;

namespace ECommerce.Messaging;

/// <summary>The SQL of one module's outbox and inbox. The schema's name is the module's, never a caller's text.</summary>
internal sealed class Outbox
{
    private static readonly string[] Templates = ["0000_messaging.sql", "0000_messaging_remote.sql"];

    private const string Columns = "id, aggregate_id, type, payload, trace_parent, trace_state, baggage, occurred_at, attempts, published_at";

    private static readonly ConcurrentDictionary<string, Outbox> Known = new(StringComparer.Ordinal);

    private Outbox(string module)
    {
        Channel = $"outbox_{module}";
        BroadcastChannel = $"broadcast_{module}";
        Migrations = [.. Templates.Select(template => new SqlScript(template, Read(template).Replace("{module}", module, StringComparison.Ordinal)))];
        Insert = $"""
            INSERT INTO {module}.outbox (id, aggregate_id, type, payload, trace_parent, trace_state, baggage, occurred_at, next_attempt_at)
            VALUES (@Id, @AggregateId, @Type, @Payload::jsonb, @TraceParent, @TraceState, @Baggage, @OccurredAt, @OccurredAt)
            """;
        // The broadcast is sent before the notification of the relay: NOTIFY keeps the order within a transaction.
        InsertAndBroadcast = $"""
            INSERT INTO {module}.outbox (id, aggregate_id, type, payload, trace_parent, trace_state, baggage, occurred_at, next_attempt_at)
            SELECT @Id, @AggregateId, @Type, @Payload::jsonb, @TraceParent, @TraceState, @Baggage, @OccurredAt, @OccurredAt
            FROM pg_notify('{BroadcastChannel}', @Type || ' ' || @AggregateId::text)
            """;
        Remember = $"""
            INSERT INTO {module}.inbox (message_id, handler, handled_at)
            VALUES (@MessageId, @Handler, @HandledAt)
            ON CONFLICT DO NOTHING
            """;
        // Only the oldest row of each aggregate: a row that is being sent, waits for a retry or is dead blocks the later rows of the same
        // aggregate, and no others.
        Take = $"""
            SELECT {Columns}
            FROM {module}.outbox AS message
            WHERE dead_at IS NULL AND next_attempt_at <= @Now AND type <> ALL(@HeldBack)
              AND NOT EXISTS (SELECT 1 FROM {module}.outbox AS earlier
                              WHERE earlier.aggregate_id = message.aggregate_id AND earlier.seq < message.seq)
            ORDER BY seq
            LIMIT @Batch
            FOR UPDATE SKIP LOCKED
            """;
        // A row in flight is one that is due later. A host that stops before it has published lets the row become due again.
        Reserve = $"""
            UPDATE {module}.outbox AS message
            SET published_at = coalesce(published_at, @Now), next_attempt_at = reserved.until
            FROM unnest(@Ids::uuid[], @Until::timestamptz[]) AS reserved (id, until)
            WHERE message.id = reserved.id
            """;
        Postpone = $"UPDATE {module}.outbox SET published_at = NULL, next_attempt_at = @At WHERE id = ANY(@Ids) AND dead_at IS NULL";
        Republish = $"UPDATE {module}.outbox SET next_attempt_at = @Now WHERE published_at IS NOT NULL AND dead_at IS NULL";
        Lock = $"SELECT {Columns} FROM {module}.outbox WHERE id = @Id FOR UPDATE";
        Acknowledge = $"""
            UPDATE {module}.outbox SET acknowledged_by = array_append(array_remove(acknowledged_by, @Receiver), @Receiver)
            WHERE id = @Id
            RETURNING acknowledged_by
            """;
        Delivered = $"DELETE FROM {module}.outbox WHERE id = ANY(@Ids)";
        Retry = $"""
            UPDATE {module}.outbox
            SET attempts = attempts + 1, next_attempt_at = @NextAttemptAt, dead_at = @DeadAt, last_error = @Error, published_at = NULL
            WHERE id = @Id
            """;
        // A bounded batch: the next query continues, and concurrent hosts skip each other's locked rows.
        Forget = $"""
            DELETE FROM {module}.inbox
            WHERE (message_id, handler) IN (
                SELECT message_id, handler FROM {module}.inbox WHERE handled_at < @Before
                ORDER BY handled_at LIMIT 10000 FOR UPDATE SKIP LOCKED)
            """;
        Status = $"""
            SELECT count(*) FILTER (WHERE dead_at IS NULL) AS pending,
                   count(*) FILTER (WHERE dead_at IS NOT NULL) AS dead_letters,
                   min(occurred_at) FILTER (WHERE dead_at IS NULL) AS oldest
            FROM {module}.outbox
            """;
        List = $"""
            SELECT id, '{module}' AS module, type, aggregate_id, occurred_at, attempts, next_attempt_at, dead_at, last_error,
                   published_at, array_to_string(acknowledged_by, ',') AS acknowledged_by
            FROM {module}.outbox
            WHERE @Dead::boolean IS NULL OR @Dead = (dead_at IS NOT NULL)
            ORDER BY dead_at IS NULL, seq
            LIMIT @Limit
            """;
        // An update does not fire the trigger that notifies the relay.
        Redrive = $"""
            WITH redriven AS (
                UPDATE {module}.outbox SET dead_at = NULL, attempts = 0, next_attempt_at = @Now
                WHERE id = @Id AND dead_at IS NOT NULL
                RETURNING id)
            SELECT id, pg_notify('{Channel}', '')::text FROM redriven
            """;
        Payload = $"SELECT payload::text FROM {module}.outbox WHERE id = @Id";
    }

    /// <summary>The channel that the module's transactions notify and its relay listens to.</summary>
    public string Channel { get; }

    /// <summary>The channel of the module's broadcast events (<see cref="Broadcasts"/>).</summary>
    public string BroadcastChannel { get; }

    /// <summary>The migrations that create both tables, the same in every module.</summary>
    public IReadOnlyList<SqlScript> Migrations { get; }

    public string Insert { get; }
    public string InsertAndBroadcast { get; }
    public string Remember { get; }
    public string Take { get; }
    public string Reserve { get; }
    public string Postpone { get; }
    public string Republish { get; }
    public string Lock { get; }
    public string Acknowledge { get; }
    public string Delivered { get; }
    public string Retry { get; }
    public string Forget { get; }
    public string Status { get; }
    public string List { get; }
    public string Redrive { get; }
    public string Payload { get; }

    public static Outbox Of(string module) => Known.GetOrAdd(module, static module => new(module));

    private static string Read(string template)
    {
        using var stream = typeof(Outbox).Assembly.GetManifestResourceStream(template)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
