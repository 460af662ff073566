using System.Diagnostics;

namespace Observability.Tracing;

/// <summary>
/// The descriptor of one kind of span that the host creates. Descriptors are registered as services; docs/telemetry.md is generated from
/// them, and a test compares them with the exported spans.
/// </summary>
/// <param name="Name">The span's name; text in braces varies and is never a caller's data.</param>
/// <param name="Kind">The span kind.</param>
/// <param name="Meaning">The meaning, a sentence.</param>
public sealed record SpanDescriptor(string Name, ActivityKind Kind, string Meaning)
{
    /// <summary>The attributes that every such span has.</summary>
    public IReadOnlyList<string> Always { get; init; } = [];

    /// <summary>The attributes that such a span has when they apply. A name that ends in <c>*</c> is a prefix.</summary>
    public IReadOnlyList<string> Sometimes { get; init; } = [];

    /// <summary>The target of its links; null when it has none.</summary>
    public string? LinksTo { get; init; }

    /// <summary>Whether every such span has a link.</summary>
    public bool AlwaysLinks { get; init; } = true;

    /// <summary>The server span of OpenTelemetry's ASP.NET Core instrumentation, by the HTTP conventions.</summary>
    internal static readonly SpanDescriptor Server = new("{method} {route}", ActivityKind.Server, "A request at the public listener; probes and scrapes make none.")
    {
        Always = ["http.request.method", "http.response.status_code", "url.path", "url.scheme", "server.address", "network.protocol.version"],
        Sometimes = ["http.route", "http.request.method_original", "server.port", "url.query", "user_agent.original", "error.type"],
        LinksTo = "the span that an untrusted caller named in traceparent",
        AlwaysLinks = false,
    };
}
