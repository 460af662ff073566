using System.Diagnostics;
using MediatR;

namespace ECommerce.Modules;

/// <summary>
/// Interceptor of handlers, inside their span, histogram and log line. Interceptors are registered as singletons; the chain is resolved once
/// for each type of request, in the order of registration.
/// </summary>
public interface IHandlerInterceptor
{
    /// <summary>Asked at every command and query, so that an interceptor with nothing to do costs one read.</summary>
    bool IsActive { get; }

    /// <summary>Runs in place of the handler of a command or query and of its validation, which are next.</summary>
    /// <param name="span">The span of the command or query.</param>
    /// <param name="slice">The handler.</param>
    /// <param name="group">The group of the customer; null when the request names none.</param>
    /// <param name="next">Runs the handler.</param>
    /// <param name="ct">Ends it.</param>
    Task<TResponse> RunAsync<TResponse>(Activity? span, SliceDescriptor slice, string? group, RequestHandlerDelegate<TResponse> next, CancellationToken ct);

    /// <summary>Runs before a handler of events. What it throws is the failure of that handler.</summary>
    void BeforeEvent(Activity? span, SliceDescriptor slice);
}
