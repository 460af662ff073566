using Npgsql;

namespace ECommerce.Data;

/// <summary>The host's reaction to an error of PostgreSQL.</summary>
internal enum SqlStateHandling
{
    /// <summary>500: a bug of the shop or damage to the database. A repetition would fail like the first attempt.</summary>
    Fault,

    /// <summary>503 with Retry-After: the server cannot execute the statement now, or it is unknown whether it has.</summary>
    Unavailable,

    /// <summary>503 with Retry-After: the server does not accept writes.</summary>
    ReadOnly,

    /// <summary>A conflict with another transaction, which rolled this one back: a second attempt on the same connection.</summary>
    LostRace,

    /// <summary>A prepared statement of the session is invalid: a second attempt on a new connection.</summary>
    StaleStatement,

    /// <summary>The server ended the session before the commit: a second attempt on a new connection.</summary>
    SessionEnded,
}

/// <summary>A row of the table of SQLSTATE codes.</summary>
/// <param name="Code">A class of two characters or a code of five; the code decides before its class.</param>
/// <param name="Answer">The host's reaction.</param>
/// <param name="Reason">The reason for it.</param>
/// <param name="Routine">The routine of PostgreSQL's source that has to have raised the error; null for any. Unlike the message, it has no translation.</param>
internal sealed record SqlStateRule(string Code, SqlStateHandling Answer, string Reason, string? Routine = null);

/// <summary>
/// Every class of PostgreSQL's SQLSTATE codes, and the codes that differ from their class
/// (https://www.postgresql.org/docs/current/errcodes-appendix.html). A second attempt is made only where the server says that the first one
/// had no effect, and never after COMMIT was sent.
/// </summary>
internal static class SqlStates
{
    public static readonly IReadOnlyList<SqlStateRule> Table =
    [
        new("00", SqlStateHandling.Fault, "Success; never an error."),
        new("01", SqlStateHandling.Fault, "A warning; never an error."),
        new("02", SqlStateHandling.Fault, "No data; the shop reads an empty result instead."),
        new("03", SqlStateHandling.Fault, "SQL statement not yet complete: the driver and the server disagree about the protocol."),
        new("08", SqlStateHandling.Unavailable, "The connection broke or was not made. Whether the statement ran is unknown, so nothing is repeated."),
        new("09", SqlStateHandling.Fault, "A triggered action failed; the shop has no triggers."),
        new("0A", SqlStateHandling.Fault, "The server lacks a feature that a statement uses."),
        new("0A000", SqlStateHandling.StaleStatement, "cached plan must not change result type: a migration changed a table under a prepared statement.", "RevalidateCachedQuery"),
        new("0B", SqlStateHandling.Fault, "Invalid transaction initiation: a bug."),
        new("0F", SqlStateHandling.Fault, "Locators; the shop has none."),
        new("0L", SqlStateHandling.Fault, "Invalid grantor; only migrations grant."),
        new("0P", SqlStateHandling.Fault, "Invalid role specification: a bug."),
        new("0Z", SqlStateHandling.Fault, "Diagnostics of stored procedures; the shop has none."),
        new("10", SqlStateHandling.Fault, "XQuery; the shop uses none."),
        new("20", SqlStateHandling.Fault, "CASE without a matching branch: a bug."),
        new("21", SqlStateHandling.Fault, "A subquery returned several rows: a bug."),
        new("22", SqlStateHandling.Fault, "A value that the column cannot hold: the rules of the slice should have refused it."),
        new("23", SqlStateHandling.Fault, "A constraint. The slice that expects it catches it; here it is a bug."),
        new("24", SqlStateHandling.Fault, "Invalid cursor state: a bug."),
        new("25", SqlStateHandling.Fault, "Invalid transaction state: statements in an order that no transaction allows."),
        new("25006", SqlStateHandling.ReadOnly, "A standby after a failover, or default_transaction_read_only. Only another server or an operator changes that."),
        new("25P03", SqlStateHandling.SessionEnded, "idle_in_transaction_session_timeout: the host stood still inside the transaction, and the server rolled it back."),
        new("25P04", SqlStateHandling.Unavailable, "transaction_timeout: the transaction was too slow for this server at this moment. A repetition would double its load."),
        new("26", SqlStateHandling.StaleStatement, "The prepared statement is gone (DEALLOCATE, DISCARD, another server behind the same address). Raised before anything runs."),
        new("27", SqlStateHandling.Fault, "Triggered data change violation; the shop has no triggers."),
        new("28", SqlStateHandling.Unavailable, "The login is refused: its password or pg_hba.conf has changed, and an operator mends it."),
        new("2B", SqlStateHandling.Fault, "Dependent privileges exist; only migrations revoke."),
        new("2D", SqlStateHandling.Fault, "Invalid transaction termination: a bug."),
        new("2F", SqlStateHandling.Fault, "SQL routines; the shop has none."),
        new("34", SqlStateHandling.Fault, "Invalid cursor name: a bug."),
        new("38", SqlStateHandling.Fault, "External routines; the shop has none."),
        new("39", SqlStateHandling.Fault, "External routines; the shop has none."),
        new("3B", SqlStateHandling.Fault, "Savepoints; the shop has none."),
        new("3D", SqlStateHandling.Unavailable, "The database is gone: renamed or being restored."),
        new("3F", SqlStateHandling.Fault, "Invalid schema name: the schema and this version do not belong together."),
        new("40", SqlStateHandling.Unavailable, "The transaction was rolled back for a reason that a repetition may meet again."),
        new("40001", SqlStateHandling.LostRace, "Serialization failure: rolled back because another transaction was first."),
        new("40003", SqlStateHandling.Unavailable, "Statement completion unknown: it may have been committed, so nothing is repeated."),
        new("40P01", SqlStateHandling.LostRace, "Deadlock: the server chose this transaction as the victim and rolled it back."),
        new("42", SqlStateHandling.Fault, "Syntax error, unknown name or missing privilege: the schema or its rights and this version do not belong together."),
        new("42P05", SqlStateHandling.StaleStatement, "The name of the prepared statement is taken in this session. Raised before anything runs."),
        new("44", SqlStateHandling.Fault, "WITH CHECK OPTION; the shop has no such views."),
        new("53", SqlStateHandling.Unavailable, "Out of connections, memory or disk: time or an operator gives more."),
        new("54", SqlStateHandling.Fault, "A statement beyond the limits of the server: a bug."),
        new("55", SqlStateHandling.Unavailable, "Held by others (lock_timeout), or the database takes no connections for now."),
        new("57", SqlStateHandling.Unavailable, "An operator or a time limit intervened, or the server is starting or ending."),
        new("57P01", SqlStateHandling.SessionEnded, "The session was ended by an administrator or by a fast shutdown; its transaction was rolled back."),
        new("57P05", SqlStateHandling.SessionEnded, "idle_session_timeout ended the session while it waited in the pool; nothing had begun."),
        new("58", SqlStateHandling.Unavailable, "The server's operating system failed it, such as an I/O error."),
        new("72", SqlStateHandling.Unavailable, "Snapshot too old (until PostgreSQL 16): the next request takes a new snapshot."),
        new("F0", SqlStateHandling.Unavailable, "The server's configuration files are being changed or are wrong: an operator mends them."),
        new("HV", SqlStateHandling.Fault, "Foreign data wrappers; the shop has none."),
        new("P0", SqlStateHandling.Fault, "PL/pgSQL raised an exception; the shop has no functions, so somebody else added it."),
        new("XX", SqlStateHandling.Fault, "Internal error or corrupted data: a repetition would hide it."),
    ];

    private static readonly SqlStateRule Unknown = new("", SqlStateHandling.Fault, "No class of PostgreSQL.");

    // Raised while a session is opened (a role that was dropped is 22023), or as its last message.
    private static readonly SqlStateRule Fatal = new("", SqlStateHandling.Unavailable, "FATAL or PANIC: there is no session, whatever the code says.");

    private static readonly Dictionary<string, SqlStateRule> Rules = Table.ToDictionary(rule => rule.Code, StringComparer.Ordinal);

    /// <summary>The row for an error.</summary>
    public static SqlStateRule Of(PostgresException error)
    {
        var rule = Find(error.SqlState, error.Routine);
        return rule.Answer is SqlStateHandling.Fault && error.InvariantSeverity is "FATAL" or "PANIC" ? Fatal : rule;
    }

    /// <summary>Whether a second attempt is allowed, as long as COMMIT has not been sent.</summary>
    public static bool AllowsRetry(PostgresException error) =>
        Of(error).Answer is SqlStateHandling.LostRace or SqlStateHandling.StaleStatement or SqlStateHandling.SessionEnded;

    private static SqlStateRule Find(string code, string? routine)
    {
        if (Rules.TryGetValue(code, out var exact) && (exact.Routine is null || exact.Routine == routine))
            return exact;
        return code.Length == 5 && Rules.TryGetValue(code[..2], out var ofClass) ? ofClass : Unknown;
    }
}
