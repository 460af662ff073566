using Dapper;
using Npgsql;

namespace ECommerce.Incidents.Operating;

/// <summary>Whether somebody has logged in to the database as an operator, looked at twice a second.</summary>
internal sealed class OperatorSessions : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _closing = new();
    private readonly Task _looking;
    private volatile bool _hasSeenOne;

    public OperatorSessions(string administrator) => _looking = LookAsync(administrator);

    public bool HasSeenOne => _hasSeenOne;

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _looking;
        _closing.Dispose();
    }

    private async Task LookAsync(string administrator)
    {
        try
        {
            for (; !_hasSeenOne; await Task.Delay(Interval, _closing.Token))
                _hasSeenOne = await IsThereOneAsync(administrator);
        }
        catch (OperationCanceledException)
        {
            // The incident is over.
        }
    }

    private async Task<bool> IsThereOneAsync(string administrator)
    {
        try
        {
            await using var connection = new NpgsqlConnection(administrator);
            return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'operator' AND application_name = 'psql')", cancellationToken: _closing.Token));
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
