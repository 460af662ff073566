using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Observability.Tracing;

/// <summary>
/// Decides whose trace context (<c>traceparent</c>, <c>tracestate</c>, <c>baggage</c>) a server span continues: only that of a connection
/// from a trusted peer. For any other caller the server span is a root with a link to the caller's trace. See W3C Trace Context, section 7
/// ("Security considerations"), and docs/adr/0027.
/// </summary>
/// <remarks>
/// ASP.NET Core extracts the context before any middleware runs and from the headers alone. Kestrel runs every request of a connection in
/// the execution context of the connection's middleware, so that an ambient value tells a propagator about the peer.
/// </remarks>
public static class TrustedTraceContext
{
    private static readonly AsyncLocal<bool> FromTrustedPeer = new();

    /// <summary>Whether the current request came over a connection from a trusted peer.</summary>
    internal static bool IsTrusted => FromTrustedPeer.Value;

    /// <summary>Continues the trace context of these peers on this listener. Without this call no caller's context is continued.</summary>
    public static void ContinueTracesOf(this ListenOptions options, Func<IPAddress, bool> isTrusted)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(isTrusted);
        options.Use(next => connection => IsFrom(connection, isTrusted) ? RunTrustedAsync(next, connection) : next(connection));
    }

    /// <summary>
    /// Links a server span to the trace that an untrusted caller sent. Its <c>tracestate</c> is dropped, since it may be long.
    /// </summary>
    internal static void Link(Activity span, HttpRequest request)
    {
        // With several hosts in one process the instrumentation of each calls this.
        if (!IsTrusted && !span.EnumerateLinks().MoveNext() && request.Headers.TraceParent is [{ } sent]
            && ActivityContext.TryParse(sent, traceState: null, isRemote: true, out var caller))
            span.AddLink(new(caller));
    }

    private static bool IsFrom(ConnectionContext connection, Func<IPAddress, bool> isTrusted) =>
        connection.RemoteEndPoint is IPEndPoint { Address: var peer } && isTrusted(peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer);

    // Async, so that the ambient value ends with the connection.
    private static async Task RunTrustedAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        FromTrustedPeer.Value = true;
        await next(connection);
    }
}
