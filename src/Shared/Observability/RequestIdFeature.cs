using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ECommerce.Observability;

/// <summary>The ids of a request, sent back as <c>X-Request-Id</c> and <c>X-Trace-Id</c>.</summary>
/// <param name="RequestId">The caller's own when it is 1–128 visible ASCII characters, else a new one.</param>
/// <param name="TraceId">The trace id of the server span, 32 hex digits; a random one when there is no span.</param>
public sealed record RequestIdFeature(string RequestId, string TraceId)
{
    public const string RequestIdHeader = "X-Request-Id";
    public const string TraceIdHeader = "X-Trace-Id";

    private const int MaxLength = 128;

    // An ambient value instead of a logging scope, which every line of every request would pay for.
    private static readonly AsyncLocal<RequestIdFeature?> Ambient = new();

    /// <summary>The ids of the current request; null outside of one.</summary>
    public static RequestIdFeature? Current
    {
        get => Ambient.Value;
        internal set => Ambient.Value = value;
    }

    internal static RequestIdFeature Of(HttpRequest request) => new(
        Accept(request.Headers[RequestIdHeader]) ?? NewId(),
        (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString());

    // Random like a trace id. It is not a secret, so that no cryptographic source is needed.
    private static string NewId() => ActivityTraceId.CreateRandom().ToHexString();

    private static string? Accept(StringValues sent) =>
        sent is [{ Length: > 0 and <= MaxLength } id] && !id.AsSpan().ContainsAnyExceptInRange('!', '~') ? id : null;
}
