using Dapper;
using ECommerce.Data;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Messaging;

/// <summary>
/// The LISTEN connection of one module: it wakes the module's relay and receives the module's broadcasts. It is one connection of the
/// module's pool, reopened when it breaks.
/// </summary>
internal sealed class Notifications(
    string module, ModuleDataSources sources, EventCatalogue events, Broadcasts broadcasts, OutboxOptions options, TimeProvider clock)
{
    // Twice within the allowed silence of a feed, with a margin for a slow answer.
    private static readonly TimeSpan ProofInterval = Broadcasts.Feed.LongestSilence / 2.5;

    private readonly Outbox _outbox = Outbox.Of(module);
    private readonly Broadcasts.Feed? _feed = events.Broadcasts(module) ? broadcasts.Of(module) : null;

    /// <param name="wake">Wakes the relay: an event was committed, or may have been while no connection listened.</param>
    /// <param name="stopping">Stops listening.</param>
    public async Task ListenAsync(Action wake, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var quiet = SuppressInstrumentationScope.Begin();
                await sources.Circuit.WaitUntilClosedAsync(stopping);
                await using var session = await sources.OpenAsync(module, stopping);
                session.Connection.Notification += (_, notification) => Receive(notification, wake);
                try
                {
                    await ExecuteAsync(session, $"LISTEN {_outbox.Channel}");
                    if (_feed is not null)
                        await ExecuteAsync(session, ListenToBroadcasts);
                    _feed?.Resume();
                    wake(); // for events that were committed while no connection listened
                    // A connection to a server that was unavailable is not reused: it may be dead without a sign of it.
                    using var listening = CancellationTokenSource.CreateLinkedTokenSource(stopping, sources.Circuit.Opened);
                    while (true)
                        await WaitAsync(session, listening.Token);
                }
                finally
                {
                    _feed?.Interrupt();
                    await session.FinishAsync(session.Connection.ExecuteAsync(new CommandDefinition("UNLISTEN *", cancellationToken: session.Token)))
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException or InvalidOperationException or IOException or OperationCanceledException)
            {
                // The relay polls meanwhile, and logs the same outage. LISTEN is a prepared statement, too, and would fail again in the
                // same session.
                if (StatementRetries.NeedsNewSession(failure))
                    sources.Clear(module);
                await Task.Delay(options.PollInterval, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // A repeated LISTEN proves that the connection works. A dead network sends no error.
    private async Task WaitAsync(DatabaseSession session, CancellationToken ct)
    {
        if (_feed is null)
            await session.Connection.WaitAsync(ct);
        else if (!await session.Connection.WaitAsync(ProofInterval, ct))
        {
            await ExecuteAsync(session, ListenToBroadcasts);
            _feed.Prove();
        }
    }

    private static Task<int> ExecuteAsync(DatabaseSession session, string sql) =>
        session.RunAsync(session.Connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: session.Token)));

    private void Receive(NpgsqlNotificationEventArgs notification, Action wake)
    {
        if (notification.Channel == _outbox.Channel)
            wake();
        else
            _feed?.Receive(notification.Payload);
    }

    private string ListenToBroadcasts => $"LISTEN {_outbox.BroadcastChannel}";
}
