namespace ECommerce.Users;

/// <summary>
/// A periodic job that erases deleted users after their restore window: name, e-mail and password hash. Ids and orders stay.
/// </summary>
internal sealed partial class EraseDeletedUsers(
    UsersDb db, UsersMetrics metrics, IOptions<UsersOptions> options, TimeProvider clock, ILoggerFactory loggers)
    : PeriodicJob("erase deleted users", options.Value.ErasureInterval, clock, loggers)
{
    private const int Batch = 500;

    private readonly TimeProvider _clock = clock;
    private readonly ILogger _log = loggers.CreateLogger<EraseDeletedUsers>();

    protected override async Task RunAsync(CancellationToken ct)
    {
        int erased;
        do
        {
            var now = _clock.GetUtcNow();
            erased = await db.ExecuteAsync(Erase, new { Now = now, Before = now - options.Value.RestoreWindow, Batch }, ct);
            if (erased == 0)
                return;
            metrics.Erased.Inc(erased);
            Erased(_log, erased);
        }
        while (erased == Batch);
    }

    // A user who is being restored is locked and skipped.
    private const string Erase = $"""
        UPDATE users.users
        SET {Erasure.Assignments}, version = version + 1, updated_at = @Now
        WHERE id IN (
            SELECT id
            FROM users.users
            WHERE deleted_at <= @Before AND erased_at IS NULL
            ORDER BY deleted_at
            LIMIT @Batch
            FOR UPDATE SKIP LOCKED)
        """;

    [LoggerMessage(60, LogLevel.Information, "Erased {Count} deleted users: their restore window is over", EventName = "users.erased")]
    private static partial void Erased(ILogger logger, int count);
}
