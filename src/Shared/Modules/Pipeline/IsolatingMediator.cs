using System.Diagnostics;
using System.Runtime.ExceptionServices;
using ECommerce.Kernel;
using ECommerce.Messaging;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Tracing;

namespace ECommerce.Modules;

/// <summary>
/// An <see cref="IMediator"/> that isolates the handlers of an event from each other: each runs in a DI scope and a span of its own, and
/// all run even if one fails. MediatR's own Publish stops at the first exception.
/// </summary>
internal sealed class IsolatingMediator(
    ServiceFactory factory, IServiceScopeFactory scopes, EventCatalogue events, EventTelemetryCache instruments) : IMediator
{
    private readonly Mediator _mediator = new(factory);

    public Task<TResponse> Send<TResponse>(IRequest<TResponse> request, CancellationToken cancellationToken = default) =>
        _mediator.Send(request, cancellationToken);

    /// <exception cref="AggregateException">At least one handler failed; the effects of the others stand.</exception>
    public async Task Publish<TNotification>(TNotification notification, CancellationToken cancellationToken = default)
        where TNotification : INotification
    {
        var delivery = factory.GetInstance<Delivery>();
        List<Exception>? failures = null;
        foreach (var handlerType in events.HandlersOf(typeof(TNotification)).Where(handler => delivery.IsFor(ModuleName.Of(handler).Name)))
        {
            try
            {
                await HandleAsync(notification, delivery, handlerType, cancellationToken);
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                (failures ??= []).Add(failure);
            }
        }

        if (failures is [var only])
            ExceptionDispatchInfo.Throw(only);
        if (failures is not null)
            throw new AggregateException(failures);
    }

    private async Task HandleAsync<TNotification>(TNotification notification, Delivery delivery, Type handlerType, CancellationToken ct)
        where TNotification : INotification
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<Delivery>();
        own.TakeOver(delivery, CommandTelemetry.NameOf(handlerType));
        var handler = (INotificationHandler<TNotification>)scope.ServiceProvider.GetRequiredService(handlerType);

        var instrument = instruments.Of(handlerType, typeof(TNotification));
        // A root span: the sender's trace may have ended long ago, so that the two are linked and not nested.
        Activity.Current = null;
        using var activity = instrument.Source.StartActivity($"process {typeof(TNotification).Name}", ActivityKind.Consumer, default(ActivityContext), links: own.Links());
        if (activity is { IsAllDataRequested: true })
        {
            instrument.Describe(activity, notification);
            own.Describe(activity);
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            foreach (var interceptor in instruments.Interceptors)
                interceptor.BeforeEvent(activity, instrument.Slice);
            await handler.Handle(notification, ct);
            instrument.Finish(activity, notification, CommandOutcome.Ok, null, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception exception)
        {
            activity?.Fail(exception);
            instrument.Finish(activity, notification, CommandOutcome.Failed, null, Stopwatch.GetElapsedTime(started));
            instrument.Failed(exception, own.MessageId, own.Attempt);
            throw;
        }
    }
}

/// <summary>One instrument per handler and event that it handles, made when it first runs, and the interceptors of all of them.</summary>
internal sealed class EventTelemetryCache(CommandMetrics metrics, ILoggerFactory loggers, IEnumerable<IHandlerInterceptor> interceptors)
{
    public IHandlerInterceptor[] Interceptors { get; } = [.. interceptors];

    private readonly System.Collections.Concurrent.ConcurrentDictionary<(Type Handler, Type Notification), EventTelemetry> _known = new();

    public EventTelemetry Of(Type handler, Type notification) =>
        _known.GetOrAdd((handler, notification), static (key, own) => new(key.Handler, key.Notification, own.metrics, own.loggers), (metrics, loggers));
}

/// <summary>The constant parts of one event handler's telemetry.</summary>
internal sealed partial class EventTelemetry(Type handler, Type notification, CommandMetrics metrics, ILoggerFactory loggers)
    : CommandTelemetry(notification, ModuleName.Of(handler), NameOf(handler), "event", metrics, loggers)
{
    public void Failed(Exception exception, Guid messageId, int attempt) => HandlerFailed(Logger, exception, Name, messageId, attempt);

    [LoggerMessage(2, LogLevel.Error, "{Handler} could not handle message {MessageId} at attempt {Attempt}", EventName = "event.failed")]
    private static partial void HandlerFailed(ILogger logger, Exception exception, string handler, Guid messageId, int attempt);
}
