using System.Data.Common;
using System.Net;
using Npgsql;

namespace ECommerce.Users;

/// <summary>
/// Throttles failed logins, for all hosts together and across restarts; ADR 0028 has the numbers. There are three counts:
/// <list type="bullet">
/// <item>per client and account: every attempt, until one succeeds;</item>
/// <item>per account over all clients, and per client over all accounts: failures of clients that did not log in to the account lately.</item>
/// </list>
/// Each count decreases with time. When it reaches its limit, the next attempt has to wait a minute, and twice as long after each further
/// failure, an hour at most. A client that logged in to the account within <see cref="KnownFor"/> is throttled by its own count only, so
/// that others cannot lock it out.
/// </summary>
internal sealed class LoginThrottle(UsersDb db, ThrottleKeys keys, LoginThrottleCache remembered, IOptions<LimitsOptions> limits, TimeProvider clock)
{
    /// <summary>How long a client that logged in to an account is known to the account.</summary>
    public static readonly TimeSpan KnownFor = TimeSpan.FromDays(30);

    // The times in which a count decreases by one. The account's limit is that of several clients: no single client reaches it.
    private static readonly TimeSpan PairForgives = TimeSpan.FromHours(1);
    private static readonly TimeSpan AccountForgives = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ClientForgives = TimeSpan.FromMinutes(1);
    private const int ClientsPerAccount = 5;

    private int Allowance => limits.Value.FailedLoginsPerMinute;

    public LoginPair PairOf(string emailKey, IPAddress client) => keys.Of(emailKey, client);

    /// <summary>The remaining wait of the pair in this host's memory, without a query.</summary>
    public TimeSpan? RememberedWait(LoginPair pair) => remembered.WaitFor(pair);

    /// <summary>
    /// Counts an attempt before the password is checked, so that concurrent attempts, on one host or on several, are counted one by one.
    /// Attempts that have to wait are not counted.
    /// </summary>
    public async Task<LoginAttempt> CountAsync(LoginPair pair, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var row = (await db.ReadAsync<CountedRow>(CountAttempt,
        [
            new NpgsqlParameter<Guid>("Account", pair.Account),
            new NpgsqlParameter<Guid>("Client", pair.Client),
            new NpgsqlParameter<Guid>("Pair", pair.Pair),
            new NpgsqlParameter<DateTime>("Now", now.UtcDateTime),
            new NpgsqlParameter<DateTime>("KnownSince", (now - KnownFor).UtcDateTime),
            new NpgsqlParameter<TimeSpan>("Forgives", PairForgives),
            new NpgsqlParameter<int>("Allowance", Allowance),
        ], ct))[0];
        if (row.IsCounted)
            return new(pair, row.IsKnown, row.PairUntil, row.MostIterations, Wait: null);

        var accountUntil = row.IsKnown ? null : row.AccountUntil;
        var clientUntil = row.IsKnown ? null : row.ClientUntil;
        if (clientUntil is { } until && row.KnownAccounts is { } accounts)
            remembered.RememberClient(pair, until, accounts);
        // Another request may reach the limit at the same moment: then the row has no end of the wait.
        DateTimeOffset last = new[] { accountUntil, clientUntil, row.PairUntil }.Max() is { } latest && latest > now ? latest : now + TimeSpan.FromSeconds(1);
        if (Later(row.PairUntil, accountUntil) is { } pairUntil)
            remembered.RememberPair(pair, pairUntil);
        return new(pair, row.IsKnown, row.PairUntil, row.MostIterations, last - now);
    }

    /// <summary>Records a failed attempt: the password was wrong, or there is no such account.</summary>
    public async Task FailedAsync(LoginAttempt attempt, CancellationToken ct)
    {
        if (attempt.PairUntil is { } until)
            remembered.RememberPair(attempt.Pair, until);
        if (attempt.IsKnown)
            return;
        await db.ExecuteAsync(CountFailure, new
        {
            attempt.Pair.Account,
            attempt.Pair.Client,
            Now = clock.GetUtcNow(),
            AccountForgives,
            AccountAllowance = ClientsPerAccount * (long)Allowance,
            ClientForgives,
            ClientAllowance = (long)Allowance,
        }, ct);
    }

    /// <summary>Records a successful attempt: the pair's count is reset, and the client is known to the account.</summary>
    public async Task SucceededAsync(LoginPair pair, CancellationToken ct)
    {
        await db.ExecuteAsync(ForgetPair, new { pair.Account, pair.Client, pair.Pair, Now = clock.GetUtcNow() }, ct);
        remembered.ForgetPair(pair);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;

    private sealed record CountedRow(
        bool IsKnown, DateTimeOffset? AccountUntil, DateTimeOffset? ClientUntil, bool IsCounted, DateTimeOffset? PairUntil, Guid[]? KnownAccounts,
        int MostIterations) : IRow<CountedRow>
    {
        public static CountedRow Read(DbDataReader row) => new(
            row.GetBoolean(0), TimeIn(row, 1), TimeIn(row, 2), row.GetBoolean(3), TimeIn(row, 4), row.IsDBNull(5) ? null : row.GetFieldValue<Guid[]>(5),
            row.GetInt32(6));

        private static DateTimeOffset? TimeIn(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetUtc(column);
    }

    // The accounts that know a waiting client are read with it, so that the host can refuse all others from memory; for a client with very
    // many of them it queries each time.
    private const string CountAttempt = """
        WITH known AS (
            SELECT EXISTS (
                SELECT FROM users.login_clients
                WHERE account = @Account AND client = @Client AND last_at > @KnownSince) AS is_known),
        wide AS (
            SELECT max(refused_until) FILTER (WHERE key = @Account) AS account_until, max(refused_until) FILTER (WHERE key = @Client) AS client_until
            FROM users.login_failures
            WHERE key IN (@Account, @Client) AND refused_until > @Now),
        counted AS (
            INSERT INTO users.login_failures AS failure (key, forgotten_at, refused_until)
            SELECT @Pair, @Now + @Forgives, users.refused_until(@Now, @Now + @Forgives, @Forgives, @Allowance)
            FROM known, wide
            WHERE is_known OR coalesce(account_until, client_until) IS NULL
            ON CONFLICT (key) DO UPDATE SET
                forgotten_at = greatest(failure.forgotten_at, @Now) + @Forgives,
                refused_until = users.refused_until(@Now, greatest(failure.forgotten_at, @Now) + @Forgives, @Forgives, @Allowance)
            WHERE failure.refused_until IS NULL OR failure.refused_until <= @Now
            RETURNING refused_until)
        SELECT known.is_known, wide.account_until, wide.client_until, EXISTS (SELECT FROM counted),
            CASE WHEN EXISTS (SELECT FROM counted) THEN (SELECT refused_until FROM counted)
                 ELSE (SELECT refused_until FROM users.login_failures WHERE key = @Pair AND refused_until > @Now) END,
            CASE WHEN wide.client_until IS NOT NULL AND NOT known.is_known
                  AND (SELECT count(*) FROM (SELECT FROM users.login_clients WHERE client = @Client LIMIT 101) AS few) <= 100
                 THEN ARRAY(SELECT account FROM users.login_clients WHERE client = @Client AND last_at > @KnownSince) END,
            coalesce((SELECT max(password_iterations) FROM users.users), 0)
        FROM known, wide
        """;

    private const string CountFailure = """
        WITH of_account AS (
            INSERT INTO users.login_failures AS failure (key, forgotten_at, refused_until)
            VALUES (@Account, @Now + @AccountForgives, users.refused_until(@Now, @Now + @AccountForgives, @AccountForgives, @AccountAllowance))
            ON CONFLICT (key) DO UPDATE SET
                forgotten_at = greatest(failure.forgotten_at, @Now) + @AccountForgives,
                refused_until = users.refused_until(@Now, greatest(failure.forgotten_at, @Now) + @AccountForgives, @AccountForgives, @AccountAllowance))
        INSERT INTO users.login_failures AS failure (key, forgotten_at, refused_until)
        VALUES (@Client, @Now + @ClientForgives, users.refused_until(@Now, @Now + @ClientForgives, @ClientForgives, @ClientAllowance))
        ON CONFLICT (key) DO UPDATE SET
            forgotten_at = greatest(failure.forgotten_at, @Now) + @ClientForgives,
            refused_until = users.refused_until(@Now, greatest(failure.forgotten_at, @Now) + @ClientForgives, @ClientForgives, @ClientAllowance)
        """;

    // The time of the last login is stored to the hour, so that a frequent customer does not write it each time.
    private const string ForgetPair = """
        WITH forgotten AS (
            DELETE FROM users.login_failures WHERE key = @Pair)
        INSERT INTO users.login_clients AS known (account, client, last_at)
        VALUES (@Account, @Client, @Now)
        ON CONFLICT (account, client) DO UPDATE SET last_at = @Now
        WHERE known.last_at < @Now - interval '1 hour'
        """;
}

/// <summary>A counted login attempt.</summary>
/// <param name="Pair">The account and the client.</param>
/// <param name="IsKnown">Whether the client logged in to the account lately.</param>
/// <param name="PairUntil">Until when the pair has to wait if this attempt fails; null when it need not wait.</param>
/// <param name="MostIterations">The most iterations of any password hash in the database.</param>
/// <param name="Wait">The remaining wait; null when the attempt was counted and may be made.</param>
internal sealed record LoginAttempt(LoginPair Pair, bool IsKnown, DateTimeOffset? PairUntil, int MostIterations, TimeSpan? Wait);
