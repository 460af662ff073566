using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Observability.Settings;

namespace Observability.Context;

/// <summary>The two names by which a caller and we speak of one request, sent back as <c>X-Request-Id</c> and <c>X-Trace-Id</c>.</summary>
/// <param name="RequestId">The caller's own when <see cref="ObservabilitySettings.IsRequestId"/> takes it, else a new one.</param>
/// <param name="TraceId">The trace id of the server span, 32 hex digits; a random one when nothing traces.</param>
public sealed record RequestIdFeature(string RequestId, string TraceId)
{
    public const string RequestIdHeader = "X-Request-Id";
    public const string TraceIdHeader = "X-Trace-Id";

    // An ambient value instead of a logging scope, which every line of every request would pay for.
    private static readonly AsyncLocal<RequestIdFeature?> Ambient = new();

    /// <summary>The ids of the current request; null outside of one.</summary>
    public static RequestIdFeature? Current
    {
        get => Ambient.Value;
        internal set => Ambient.Value = value;
    }

    internal static RequestIdFeature Of(HttpRequest request, ObservabilitySettings settings) => new(
        Accept(request.Headers[RequestIdHeader], settings) ?? NewId(),
        (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString());

    // Random like a trace id. It is not a secret, so that no cryptographic source is needed.
    private static string NewId() => ActivityTraceId.CreateRandom().ToHexString();

    private static string? Accept(StringValues sent, ObservabilitySettings settings) => sent is [{ } id] && settings.IsRequestId(id) ? id : null;
}
