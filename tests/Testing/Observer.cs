using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Testing;

/// <summary>Does one thing and collects what was seen of it, by the trace that its answer names.</summary>
internal sealed class Observer(ShopFixture shop)
{
    // Headers that a slice decides on; the others are the same for all and have tests of their own.
    private static readonly string[] Headers = ["Content-Type", "Location", "ETag", "Idempotency-Replayed", "Retry-After", "Cache-Control", "WWW-Authenticate", "Allow"];

    private static readonly string[] Attributes =
        ["http.request.method", "http.route", "http.response.status_code", "error.type", "app.", "db.operation.name", "db.collection.name", "db.response.status_code", "messaging.", "payment."];

    // What differs between two runs of the same test, or says again what the answer says.
    private static readonly string[] UnstableLogMembers =
        ["timestamp", "host", "message", "trace_id", "span_id", "request_id", "durationMs", "requestBytes", "responseBytes", "exception.stacktrace", "service", "module"];

    // Families of the platform that have tests of their own, and the hashing queue, whose length depends on the machine. Every other family is
    // shown, so that a new module's metrics are in its snapshots without being named here.
    private static readonly string[] HiddenFamilies =
    [
        "broker_", "build_", "contract_", "database_", "fault_", "health_", "http_active_", "http_request_", "http_requests_untold_", "http_response_", "limit_", "management_",
        "console_", "operator_", "outbox_", "password_hashing_", "postgresql_", "process_", "telemetry_", "thread_pool_",
    ];

    // Whether the token's owner is asked for or remembered depends on the time of day.
    private const string OwnerCheck = "FindUser";

    public async Task<Observation> ObserveAsync(HttpRequestMessage request)
    {
        var heading = $"{request.Method} {request.RequestUri}";

        await shop.SettleAsync();
        var before = await shop.MetricsAsync();
        var answer = await shop.SendAsync(request);
        var traceId = answer.Header("X-Trace-Id") ?? throw new InvalidOperationException("The answer names no trace.");
        // The server's span ends last, after the response has left and its measurements are taken.
        await Eventually.TrueAsync(() => shop.Spans.Of(traceId).Any(IsServer), "the server span has ended");
        await Eventually.TrueAsync(() => shop.Log.Of(traceId).Any(IsCompletion), "the completion line is written");
        await Eventually.TrueAsync(() => shop.Spans.CallsOf(traceId).All(call => call is not null && shop.Log.HasHop(call)), "calls to other hosts are told");
        await shop.SettleAsync();
        var metrics = (await shop.MetricsAsync()).Since(before);

        return new(answer, traceId, metrics, new()
        {
            ["request"] = heading,
            ["status"] = answer.Status,
            ["headers"] = HeadersOf(answer),
            ["body"] = answer.Body.ValueKind is JsonValueKind.Undefined ? (answer.Text.Length > 0 ? answer.Text : null) : JsonNode.Parse(answer.Text),
            ["spans"] = SpansOf(shop.Spans.Of(traceId)),
            // Each host writes its own lines, so that those of a trace can change places.
            ["log"] = new JsonArray([.. shop.Log.Of(traceId).OrderBy(line => line.GetProperty("timestamp").GetDateTimeOffset()).Select(LineOf)]),
            ["metrics"] = MetricsOf(metrics),
        });
    }

    private static bool IsServer(Activity span) => span.Kind is ActivityKind.Server;

    private static bool IsCompletion(JsonElement line) => line.TryGetProperty("event", out var name) && name.GetString() == "request.completed";

    private static JsonObject HeadersOf(Answer answer) =>
        new(Headers.Where(name => answer.Header(name) is not null).Select(name => KeyValuePair.Create(name, (JsonNode?)answer.Header(name))));

    private JsonArray SpansOf(IReadOnlyList<Activity> spans)
    {
        var children = spans.ToLookup(shop.Spans.ParentOf);
        return Tree(children[null], children);
    }

    private JsonArray Tree(IEnumerable<Activity> siblings, ILookup<Activity?, Activity> children) =>
        new([.. siblings.Where(span => !IsOwnerCheck(span)).OrderBy(span => span.StartTimeUtc).Select(span => SpanOf(span, children))]);

    private bool IsOwnerCheck(Activity span) => span.OperationName == OwnerCheck && shop.Spans.ParentOf(span) is { Kind: ActivityKind.Server };

    private JsonObject SpanOf(Activity span, ILookup<Activity?, Activity> children)
    {
        var shown = new JsonObject { ["name"] = span.DisplayName, ["kind"] = span.Kind.ToString().ToLowerInvariant() };
        if (span.Status is not ActivityStatusCode.Unset)
            shown["status"] = span.Status.ToString().ToLowerInvariant();
        var attributes = span.TagObjects
            .Where(tag => tag.Key != "app.outbox.delay_ms" && Attributes.Any(known => tag.Key.StartsWith(known, StringComparison.Ordinal)))
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => KeyValuePair.Create(tag.Key, JsonSerializer.SerializeToNode(tag.Value)));
        if (new JsonObject(attributes) is { Count: > 0 } tags)
            shown["attributes"] = tags;
        if (Tree(children[span], children) is { Count: > 0 } within)
            shown["spans"] = within;
        return shown;
    }

    private static JsonNode LineOf(JsonElement line)
    {
        var shown = JsonObject.Create(line)!;
        foreach (var member in UnstableLogMembers)
            shown.Remove(member);
        return shown;
    }

    private static JsonObject MetricsOf(IReadOnlyDictionary<string, double> metrics) => new(metrics
        .Where(series => !HiddenFamilies.Any(prefix => series.Key.StartsWith(prefix, StringComparison.Ordinal))
            && !series.Key.Contains($"\"{OwnerCheck}\"", StringComparison.Ordinal))
        .Select(series => KeyValuePair.Create(series.Key, (JsonNode?)series.Value)));
}
