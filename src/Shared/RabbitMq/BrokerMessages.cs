using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using ECommerce.Messaging;
using RabbitMQ.Client;

namespace ECommerce.RabbitMq;

/// <summary>The format of events and receipts on the wire: AMQP properties, headers and a JSON body.</summary>
internal static class BrokerMessages
{
    /// <summary>The largest payload of an event, in bytes; a larger one is refused by sender and receiver.</summary>
    public const int MostBytes = 1024 * 1024;

    private const string Json = "application/json";
    private const string App = "shop";
    private const string Aggregate = "aggregate-id";
    private const string OccurredAt = "occurred-at";
    private const string Attempt = "attempt";
    private const string Receiver = "receiver";
    private const string Failure = "failure";
    private const string ReceiptType = "receipt";

    // Of the text that another process sends; a longer one is no name of ours.
    private const int LongestName = 200;

    public static BasicProperties Of(OutboxMessage message, TimeSpan lifetime)
    {
        var headers = new Dictionary<string, object?>
        {
            [Aggregate] = message.AggregateId.ToString("D"),
            [OccurredAt] = message.OccurredAt.ToString("O", CultureInfo.InvariantCulture),
            [Attempt] = message.Attempts + 1,
        };
        foreach (var (name, value) in ((string, string?)[])[("traceparent", message.TraceParent), ("tracestate", message.TraceState), ("baggage", message.Baggage)])
        {
            if (value is not null)
                headers[name] = value;
        }

        return new()
        {
            MessageId = message.Id.ToString("D"),
            Type = message.Type,
            ContentType = Json,
            DeliveryMode = DeliveryModes.Persistent,
            AppId = App,
            Timestamp = new(message.OccurredAt.ToUnixTimeSeconds()),
            // A copy that is published again makes this one worthless: queues of a receiver that is away would fill with copies.
            Expiration = ((long)lifetime.TotalMilliseconds).ToString(CultureInfo.InvariantCulture),
            Headers = headers,
        };
    }

    public static bool TryRead(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, [NotNullWhen(true)] out OutboxMessage? message)
    {
        message = null;
        if (!Guid.TryParseExact(properties.MessageId, "D", out var id) || properties.Type is not { Length: > 0 and <= LongestName } type || body.Length > MostBytes
            || !Guid.TryParseExact(Text(properties, Aggregate), "D", out var aggregate)
            || !DateTimeOffset.TryParse(Text(properties, OccurredAt), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var occurredAt)
            || Number(properties, Attempt) is not { } attempt)
            return false;
        message = new(
            id, aggregate, type, Encoding.UTF8.GetString(body.Span), Text(properties, "traceparent"), Text(properties, "tracestate"), Text(properties, "baggage"),
            occurredAt, attempt - 1, null);
        return true;
    }

    public static BasicProperties Of(Receipt receipt)
    {
        var headers = new Dictionary<string, object?> { [Receiver] = receipt.Receiver, [Attempt] = receipt.Attempt };
        if (receipt.Error is not null)
            headers[Failure] = receipt.Error;
        return new()
        {
            MessageId = receipt.MessageId.ToString("D"),
            Type = ReceiptType,
            DeliveryMode = DeliveryModes.Persistent,
            AppId = App,
            Headers = headers,
        };
    }

    public static bool TryRead(IReadOnlyBasicProperties properties, [NotNullWhen(true)] out Receipt? receipt)
    {
        receipt = null;
        if (properties.Type != ReceiptType || !Guid.TryParseExact(properties.MessageId, "D", out var id) || Text(properties, Receiver) is not { Length: > 0 } receiver
            || Number(properties, Attempt) is not { } attempt)
            return false;
        receipt = new(id, receiver, attempt, Text(properties, Failure));
        return true;
    }

    public static string? Text(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers?.TryGetValue(header, out var value) is true && value is byte[] { Length: <= 8192 } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static int? Number(IReadOnlyBasicProperties properties, string header) =>
        properties.Headers?.TryGetValue(header, out var value) is true && value is int number and > 0 ? number : null;
}
