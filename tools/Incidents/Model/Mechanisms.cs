namespace ECommerce.Incidents.Model;

/// <summary>The closed list of what can be wrong. An answer names one of them.</summary>
internal static class Mechanisms
{
    public const string None = "none";
    public const string LockContention = "lock_contention";
    public const string Deadlock = "deadlock";
    public const string MissingIndex = "missing_index";
    public const string RevokedRight = "revoked_right";
    public const string ExpiredCredential = "expired_credential";
    public const string ConnectionLimit = "connection_limit";
    public const string SlowStatement = "slow_statement";
    public const string PoisonMessage = "poison_message";
    public const string NetworkLatency = "network_latency";
    public const string ConnectionsCut = "connections_cut";
    public const string BlackHole = "black_hole";
    public const string HostPaused = "host_paused";
    public const string ProcessorContention = "processor_contention";
    public const string FlashSale = "flash_sale";
    public const string Scraper = "scraper";
    public const string PasswordGuessing = "password_guessing";
    public const string RetryStorm = "retry_storm";
    public const string SlowRelease = "slow_release";
    public const string ManyStatements = "many_statements";
    public const string WrongRelease = "wrong_release";
    public const string GarbageCollection = "garbage_collection";
    public const string ThreadStarvation = "thread_starvation";
    public const string MemoryLeak = "memory_leak";
    public const string PoolTooSmall = "pool_too_small";
    public const string TimeoutTooShort = "timeout_too_short";
    public const string LimitTooLow = "limit_too_low";

    /// <summary>What each mechanism is, in a sentence: the table of the answer's template and of the documentation.</summary>
    public static IReadOnlyDictionary<string, string> Meanings { get; } = new Dictionary<string, string>
    {
        [None] = "Nothing is wrong.",
        [LockContention] = "A transaction holds a lock for which statements of the shop wait.",
        [Deadlock] = "Transactions lock rows in different orders, and PostgreSQL ends one of them.",
        [MissingIndex] = "An index is gone, and a statement reads a table that has grown.",
        [RevokedRight] = "A role of the database has lost a right.",
        [ExpiredCredential] = "The host's login at the database is no longer accepted.",
        [ConnectionLimit] = "The database admits fewer connections than the host needs.",
        [SlowStatement] = "A statement waits inside the database for some rows only.",
        [PoisonMessage] = "An event in an outbox cannot be handled.",
        [NetworkLatency] = "Packets take longer.",
        [ConnectionsCut] = "Connections end in the middle of an exchange.",
        [BlackHole] = "Packets disappear, and neither end learns of it.",
        [HostPaused] = "The host's process stands still, time and again.",
        [ProcessorContention] = "Another program takes the processors.",
        [FlashSale] = "More customers than usual come, and nothing is broken.",
        [Scraper] = "One client reads the catalogue far faster than customers do.",
        [PasswordGuessing] = "One client tries passwords.",
        [RetryStorm] = "Clients repeat failed requests so fast that the repetitions keep the shop overloaded.",
        [SlowRelease] = "A new build has a slower slice.",
        [ManyStatements] = "A new build sends a statement for each row instead of one for all.",
        [WrongRelease] = "A new build answers some customers wrongly or with an error.",
        [GarbageCollection] = "A new build allocates so much that collections slow the host down.",
        [ThreadStarvation] = "A new build blocks threads of the thread pool.",
        [MemoryLeak] = "A new build keeps memory that it no longer needs.",
        [PoolTooSmall] = "The host was restarted with too few database connections.",
        [TimeoutTooShort] = "The host was restarted with a time limit that is too short.",
        [LimitTooLow] = "The host was restarted with a limit on requests that is too low.",
    };

    public static IReadOnlyList<string> All { get; } = [.. Meanings.Keys];
}
