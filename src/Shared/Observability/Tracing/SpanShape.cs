using System.Diagnostics;

namespace Observability.Tracing;

/// <summary>
/// One kind of span that the host makes. All of them are registered as services, so that the page that describes the telemetry is made from
/// them, and a test compares them with the spans that really leave.
/// </summary>
/// <param name="Name">Its name; what stands in braces varies, and is never a caller's data.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Meaning">What it tells, a sentence.</param>
public sealed record SpanShape(string Name, ActivityKind Kind, string Meaning)
{
    /// <summary>Attributes that each such span has.</summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    /// <summary>Attributes that it has when they apply. A name that ends in <c>*</c> stands for all that begin so.</summary>
    public IReadOnlyList<string> Sometimes { get; init; } = [];

    /// <summary>What its links lead to; null when it has none.</summary>
    public string? LinksTo { get; init; }

    /// <summary>Whether every such span has a link.</summary>
    public bool AlwaysLinks { get; init; } = true;

    /// <summary>OpenTelemetry's HTTP conventions, and what its instrumentation of ASP.NET Core makes of them.</summary>
    internal static readonly SpanShape Server = new("{method} {route}", ActivityKind.Server, "A request at the public listener; probes and scrapes make none.")
    {
        Always = ["http.request.method", "http.response.status_code", "url.path", "url.scheme", "server.address", "network.protocol.version"],
        Sometimes = ["http.route", "http.request.method_original", "server.port", "url.query", "user_agent.original", "error.type"],
        LinksTo = "the span that a caller without trust named in traceparent",
        AlwaysLinks = false,
    };
}
