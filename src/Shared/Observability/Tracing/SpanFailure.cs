using System.Diagnostics;

namespace Observability.Tracing;

/// <summary>Marks spans as failed. The exception itself is in one log record in the span's context, never in a span event.</summary>
public static class SpanFailure
{
    /// <summary>Sets status Error and <c>error.type</c>, for server-side failures only.</summary>
    public static void Fail(this Activity span, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(span);
        ArgumentNullException.ThrowIfNull(failure);
        span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
    }
}
