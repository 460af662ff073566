using ECommerce.Data;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Messaging;

/// <summary>Hands an event that arrived from another process to the handlers of one module.</summary>
public sealed class InboundEvents(EventCatalogue events, IServiceScopeFactory scopes, ModuleDataSources sources, TimeProvider clock)
{
    /// <summary>
    /// Runs the handlers. While the database is away it waits and starts again, since an outage of the receiver is no fault of the message.
    /// </summary>
    /// <param name="message">The message, as the sender's outbox has it.</param>
    /// <param name="receiver">The module whose handlers run.</param>
    /// <param name="transport">How it arrived, for the spans of the handlers.</param>
    /// <param name="stopping">Ends the wait for the database, with <see cref="OperationCanceledException"/>; a handler that runs is not cancelled.</param>
    /// <returns>The failure; null when all handlers have succeeded.</returns>
    public async Task<Exception?> HandleAsync(OutboxMessage message, string receiver, InboundTransport transport, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(message);
        while (true)
        {
            await sources.Circuit.WaitUntilClosedAsync(stopping);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<Delivery>().Begin(message, clock.GetUtcNow() - message.OccurredAt, receiver, transport);
                await events.PublishAsync(scope.ServiceProvider.GetRequiredService<IMediator>(), message, CancellationToken.None);
                return null;
            }
            catch (Exception failure) when (sources.Circuit.IsOpen && IsOfTheDatabase(failure))
            {
                // Logged when the circuit opened.
            }
            catch (Exception failure)
            {
                return failure;
            }
        }
    }

    private static bool IsOfTheDatabase(Exception failure) => failure switch
    {
        AggregateException several => several.InnerExceptions.All(IsOfTheDatabase),
        _ => failure is DatabaseAwayException or Npgsql.NpgsqlException,
    };
}

/// <summary>How a message arrived, by OpenTelemetry's messaging conventions.</summary>
/// <param name="System">The attribute <c>messaging.system</c>.</param>
/// <param name="Destination">The attribute <c>messaging.destination.name</c>.</param>
public sealed record InboundTransport(string System, string Destination);
