using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Testing;

/// <summary>
/// The declared hop: all that the topology <c>services</c> may add to the signals of a request. Tests see signals without it, so that a
/// test which passes in both topologies has proved that nothing else differs. What does not fit the declaration exactly stays in the
/// signals, and is a difference.
/// </summary>
/// <remarks>
/// A call of a contract is a client span <c>POST /contracts/{contract}</c> and, as its child, a server span of that name. What the handler
/// does is beneath the server span; without the hop it is beneath the parent of the client span. An event on its way is a span
/// <c>publish {event}</c> and a span <c>receive {event}</c>, roots with a link to the span <c>send {event}</c>. The other hosts fetch the
/// keys of tokens from the internal listener of Users. Requests to internal listeners also have a completion line and series of
/// <c>http_*</c> with their path.
/// </remarks>
/// <param name="internalPorts">The ports of the internal listeners.</param>
internal sealed partial class Hop(IReadOnlySet<int> internalPorts)
{
    private const string Keys = "/.well-known/jwks.json";

    private static readonly string[] OfClient = ["http.request.method", "server.address", "server.port", "url.full"];
    private static readonly string[] SometimesOfClient = ["http.response.status_code", "http.request.resend_count", "error.type"];

    private static readonly string[] OfServer = ["http.request.method", "server.address", "server.port", "url.scheme", "url.path", "http.route", "http.response.status_code"];
    private static readonly string[] SometimesOfServer =
        ["network.protocol.version", "client.address", "error.type", "user_agent.original", "app.outcome"];

    private static readonly string[] OfMessage =
    [
        "messaging.system", "messaging.operation.name", "messaging.operation.type", "messaging.destination.name", "messaging.message.id",
        "messaging.rabbitmq.destination.routing_key", "messaging.message.body.size", "server.address", "server.port", "app.outbox.attempt",
    ];

    private static readonly string[] SometimesOfMessage = ["messaging.consumer.group.name", "error.type"];

    /// <summary>Whether a span belongs to the hop.</summary>
    /// <param name="span">The span.</param>
    /// <param name="parentOf">Finds the parent of a span among those that have ended.</param>
    public bool Holds(Activity span, Func<Activity, Activity?> parentOf) => span.Kind switch
    {
        ActivityKind.Client => IsCall(span),
        ActivityKind.Server => IsKeys(span) || (IsServed(span) && parentOf(span) is { Kind: ActivityKind.Client } call && IsCall(call) && call.DisplayName == span.DisplayName),
        ActivityKind.Producer or ActivityKind.Consumer => IsMessage(span),
        _ => false,
    };

    /// <summary>Whether the call was answered, so that there is a server span of it.</summary>
    public static bool IsAnswered(Activity span) => span.Kind is ActivityKind.Client && span.GetTagItem("http.response.status_code") is not null;

    /// <summary>Whether a log line is the completion line of a request to an internal listener.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isOfHop">Whether the span with an id belongs to the hop.</param>
    public static bool IsCompletion(JsonElement line, Func<string, bool> isOfHop) =>
        line.TryGetProperty("event", out var name) && name.GetString() == "request.completed" && line.TryGetProperty("path", out var path)
        && (IsContract(path.GetString()!) || (path.GetString() == Keys && line.TryGetProperty("span_id", out var span) && isOfHop(span.GetString()!)));

    /// <summary>Whether a line of a page of metrics counts requests to the internal listener.</summary>
    /// <param name="isOfUsers">Whether it is the page of the host of Users, whose keys the others fetch; see <see cref="Gateway.ModuleOf"/>.</param>
    /// <param name="line">The line.</param>
    public static bool IsCounted(bool isOfUsers, string line) => line.StartsWith("http_", StringComparison.Ordinal)
        && (line.Contains("path=\"/contracts/", StringComparison.Ordinal) || (isOfUsers && line.Contains($"path=\"{Keys}\"", StringComparison.Ordinal)));

    private bool IsCall(Activity span) => IsContract(PathOf(span))
        && Has(span, OfClient, SometimesOfClient)
        && IsInternal(span)
        && span.GetTagItem("url.full") as string == $"http://{span.GetTagItem("server.address")}:{span.GetTagItem("server.port")}{PathOf(span)}"
        && (span.GetTagItem("error.type") is null) == (span.Status is not ActivityStatusCode.Error)
        && (span.GetTagItem("error.type") is not null || span.GetTagItem("http.response.status_code") is 200);

    private bool IsServed(Activity span) => IsContract(PathOf(span))
        && Has(span, OfServer, SometimesOfServer)
        && IsInternal(span)
        && span.GetTagItem("http.route") as string == PathOf(span)
        && span.GetTagItem("url.path") as string == PathOf(span);

    private bool IsKeys(Activity span) => span.GetTagItem("http.route") as string == Keys && IsInternal(span) && Has(span, OfServer, SometimesOfServer);

    private static bool IsMessage(Activity span) => Event().IsMatch(span.DisplayName)
        && span.GetTagItem("messaging.system") as string == "rabbitmq"
        && span.ParentSpanId == default
        && span.Links.Any()
        && Has(span, OfMessage, SometimesOfMessage);

    private bool IsInternal(Activity span) => span.GetTagItem("server.port") is int port && internalPorts.Contains(port);

    // No others, so that nothing can hide in a span that tests do not see.
    private static bool Has(Activity span, string[] always, string[] sometimes)
    {
        var names = span.TagObjects.Select(tag => tag.Key).ToHashSet(StringComparer.Ordinal);
        return always.All(names.Contains) && names.Except(always).All(sometimes.Contains);
    }

    private static string PathOf(Activity span) => span.DisplayName.StartsWith("POST ", StringComparison.Ordinal) ? span.DisplayName[5..] : "";

    private static bool IsContract(string path) => Contract().IsMatch(path);

    [GeneratedRegex(@"^/contracts/[a-z]+\.[a-z-]+\.v\d+$")]
    private static partial Regex Contract();

    [GeneratedRegex("^(publish|receive) [A-Za-z]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Event();
}
