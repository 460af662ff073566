using System.Diagnostics;

namespace Observability.Tracing;

/// <summary>How a span says that it failed. The exception itself is told by one log record in the span's context, never by a span event.</summary>
public static class SpanFailure
{
    /// <summary>Status Error and <c>error.type</c>: for what is our fault, and for nothing that a caller did.</summary>
    public static void Fail(this Activity span, Exception failure)
    {
        ArgumentNullException.ThrowIfNull(span);
        ArgumentNullException.ThrowIfNull(failure);
        span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
    }
}
