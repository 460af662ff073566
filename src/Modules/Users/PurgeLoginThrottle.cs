namespace ECommerce.Users;

/// <summary>A periodic job that deletes failed logins which no longer count, and clients that are no longer known to an account.</summary>
internal sealed class PurgeLoginThrottle(UsersDb db, IOptions<PasswordOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("purge login throttle", options.Value.PurgeInterval, clock, loggers)
{
    private const int ClientsPerAccount = 20;

    private readonly TimeProvider _clock = clock;

    protected override async Task RunAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        await db.ExecuteAsync(DeleteFailures, new { Now = now }, ct);
        await db.ExecuteAsync(DeleteClients, new { Before = now - LoginThrottle.KnownFor, Kept = ClientsPerAccount }, ct);
    }

    // A row that is being counted up is locked and stays, as does one that another host deletes.
    private const string DeleteFailures = """
        DELETE FROM users.login_failures
        WHERE key IN (
            SELECT key FROM users.login_failures
            WHERE forgotten_at <= @Now AND (refused_until IS NULL OR refused_until <= @Now)
            FOR UPDATE SKIP LOCKED)
        """;

    private const string DeleteClients = """
        DELETE FROM users.login_clients AS client
        USING (
            SELECT account, client, last_at, row_number() OVER (PARTITION BY account ORDER BY last_at DESC) AS place
            FROM users.login_clients) AS ranked
        WHERE client.account = ranked.account AND client.client = ranked.client
          AND (ranked.last_at <= @Before OR ranked.place > @Kept)
        """;
}
