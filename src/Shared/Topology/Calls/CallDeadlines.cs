using ECommerce.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Topology;

/// <summary>
/// The deadline of the work that is being done: of a customer's request, or of the call of another host. It flows with the execution context,
/// so that a call takes no longer than the work that needs it.
/// </summary>
internal sealed class CallDeadlines(TimeProvider clock) : IEndpointMiddleware
{
    private readonly AsyncLocal<Work?> _current = new();

    public void Use(IApplicationBuilder app) => app.Use((context, next) =>
        context.Features.Get<IRequestDeadline>()?.Left is { } left ? RunAsync(left, next, context) : next(context));

    /// <summary>Limits the calls of the current execution context until the result is disposed. A longer limit than the present one has no effect.</summary>
    public IDisposable Begin(TimeSpan left)
    {
        var work = new Work(clock, Shorter(left));
        _current.Value = work;
        return work;
    }

    /// <summary>The time limit of a call that begins now.</summary>
    /// <param name="own">The limit of a call by itself.</param>
    /// <param name="ct">The caller's token. Work that goes on when its caller has left, such as a compensation, has a token that is never cancelled, and no deadline.</param>
    public TimeSpan LimitOf(TimeSpan own, CancellationToken ct) => ct.CanBeCanceled ? Shorter(own) : own;

    private TimeSpan Shorter(TimeSpan limit) => _current.Value?.Left is { } left && left < limit ? left : limit;

    private async Task RunAsync(TimeSpan left, RequestDelegate next, HttpContext context)
    {
        using (Begin(left))
            await next(context);
    }

    // Work that a request has started and does not wait for keeps the execution context, and not the deadline.
    private sealed class Work(TimeProvider clock, TimeSpan limit) : IDisposable
    {
        private readonly long _started = clock.GetTimestamp();
        private volatile bool _isOver;

        public TimeSpan? Left => _isOver ? null : limit - clock.GetElapsedTime(_started);

        public void Dispose() => _isOver = true;
    }
}
