using Npgsql;

namespace ECommerce.Data;

/// <summary>The host's reaction to an error of PostgreSQL.</summary>
internal enum SqlStateAnswer
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
internal sealed record SqlStateRule(string Code, SqlStateAnswer Answer, string Reason, string? Routine = null);

/// <summary>
/// Every class of PostgreSQL's SQLSTATE codes, and the codes that differ from their class
/// (https://www.postgresql.org/docs/current/errcodes-appendix.html). A second attempt is made only where the server says that the first one
/// had no effect, and never after COMMIT was sent.
/// </summary>
internal static class SqlStates
{
    public static readonly IReadOnlyList<SqlStateRule> Table =
    [
        new("00", SqlStateAnswer.Fault, "Success; never an error."),
        new("01", SqlStateAnswer.Fault, "A warning; never an error."),
        new("02", SqlStateAnswer.Fault, "No data; the shop reads an empty result instead."),
        new("03", SqlStateAnswer.Fault, "SQL statement not yet complete: the driver and the server disagree about the protocol."),
        new("08", SqlStateAnswer.Unavailable, "The connection broke or was not made. Whether the statement ran is unknown, so nothing is repeated."),
        new("09", SqlStateAnswer.Fault, "A triggered action failed; the shop has no triggers."),
        new("0A", SqlStateAnswer.Fault, "The server lacks a feature that a statement uses."),
        new("0A000", SqlStateAnswer.StaleStatement, "cached plan must not change result type: a migration changed a table under a prepared statement.", "RevalidateCachedQuery"),
        new("0B", SqlStateAnswer.Fault, "Invalid transaction initiation: a bug."),
        new("0F", SqlStateAnswer.Fault, "Locators; the shop has none."),
        new("0L", SqlStateAnswer.Fault, "Invalid grantor; only migrations grant."),
        new("0P", SqlStateAnswer.Fault, "Invalid role specification: a bug."),
        new("0Z", SqlStateAnswer.Fault, "Diagnostics of stored procedures; the shop has none."),
        new("10", SqlStateAnswer.Fault, "XQuery; the shop uses none."),
        new("20", SqlStateAnswer.Fault, "CASE without a matching branch: a bug."),
        new("21", SqlStateAnswer.Fault, "A subquery returned several rows: a bug."),
        new("22", SqlStateAnswer.Fault, "A value that the column cannot hold: the rules of the slice should have refused it."),
        new("23", SqlStateAnswer.Fault, "A constraint. The slice that expects it catches it; here it is a bug."),
        new("24", SqlStateAnswer.Fault, "Invalid cursor state: a bug."),
        new("25", SqlStateAnswer.Fault, "Invalid transaction state: statements in an order that no transaction allows."),
        new("25006", SqlStateAnswer.ReadOnly, "A standby after a failover, or default_transaction_read_only. Only another server or an operator changes that."),
        new("25P03", SqlStateAnswer.SessionEnded, "idle_in_transaction_session_timeout: the host stood still inside the transaction, and the server rolled it back."),
        new("25P04", SqlStateAnswer.Unavailable, "transaction_timeout: the transaction was too slow for this server at this moment. A repetition would double its load."),
        new("26", SqlStateAnswer.StaleStatement, "The prepared statement is gone (DEALLOCATE, DISCARD, another server behind the same address). Raised before anything runs."),
        new("27", SqlStateAnswer.Fault, "Triggered data change violation; the shop has no triggers."),
        new("28", SqlStateAnswer.Unavailable, "The login is refused: its password or pg_hba.conf has changed, and an operator mends it."),
        new("2B", SqlStateAnswer.Fault, "Dependent privileges exist; only migrations revoke."),
        new("2D", SqlStateAnswer.Fault, "Invalid transaction termination: a bug."),
        new("2F", SqlStateAnswer.Fault, "SQL routines; the shop has none."),
        new("34", SqlStateAnswer.Fault, "Invalid cursor name: a bug."),
        new("38", SqlStateAnswer.Fault, "External routines; the shop has none."),
        new("39", SqlStateAnswer.Fault, "External routines; the shop has none."),
        new("3B", SqlStateAnswer.Fault, "Savepoints; the shop has none."),
        new("3D", SqlStateAnswer.Unavailable, "The database is gone: renamed or being restored."),
        new("3F", SqlStateAnswer.Fault, "Invalid schema name: the schema and this version do not belong together."),
        new("40", SqlStateAnswer.Unavailable, "The transaction was rolled back for a reason that a repetition may meet again."),
        new("40001", SqlStateAnswer.LostRace, "Serialization failure: rolled back because another transaction was first."),
        new("40003", SqlStateAnswer.Unavailable, "Statement completion unknown: it may have been committed, so nothing is repeated."),
        new("40P01", SqlStateAnswer.LostRace, "Deadlock: the server chose this transaction as the victim and rolled it back."),
        new("42", SqlStateAnswer.Fault, "Syntax error, unknown name or missing privilege: the schema or its rights and this version do not belong together."),
        new("42P05", SqlStateAnswer.StaleStatement, "The name of the prepared statement is taken in this session. Raised before anything runs."),
        new("44", SqlStateAnswer.Fault, "WITH CHECK OPTION; the shop has no such views."),
        new("53", SqlStateAnswer.Unavailable, "Out of connections, memory or disk: time or an operator gives more."),
        new("54", SqlStateAnswer.Fault, "A statement beyond the limits of the server: a bug."),
        new("55", SqlStateAnswer.Unavailable, "Held by others (lock_timeout), or the database takes no connections for now."),
        new("57", SqlStateAnswer.Unavailable, "An operator or a time limit intervened, or the server is starting or ending."),
        new("57P01", SqlStateAnswer.SessionEnded, "The session was ended by an administrator or by a fast shutdown; its transaction was rolled back."),
        new("57P05", SqlStateAnswer.SessionEnded, "idle_session_timeout ended the session while it waited in the pool; nothing had begun."),
        new("58", SqlStateAnswer.Unavailable, "The server's operating system failed it, such as an I/O error."),
        new("72", SqlStateAnswer.Unavailable, "Snapshot too old (until PostgreSQL 16): the next request takes a new snapshot."),
        new("F0", SqlStateAnswer.Unavailable, "The server's configuration files are being changed or are wrong: an operator mends them."),
        new("HV", SqlStateAnswer.Fault, "Foreign data wrappers; the shop has none."),
        new("P0", SqlStateAnswer.Fault, "PL/pgSQL raised an exception; the shop has no functions, so somebody else added it."),
        new("XX", SqlStateAnswer.Fault, "Internal error or corrupted data: a repetition would hide it."),
    ];

    private static readonly SqlStateRule Unknown = new("", SqlStateAnswer.Fault, "No class of PostgreSQL.");

    // Raised while a session is opened (a role that was dropped is 22023), or as its last message.
    private static readonly SqlStateRule Fatal = new("", SqlStateAnswer.Unavailable, "FATAL or PANIC: there is no session, whatever the code says.");

    private static readonly Dictionary<string, SqlStateRule> Rules = Table.ToDictionary(rule => rule.Code, StringComparer.Ordinal);

    /// <summary>The row for an error.</summary>
    public static SqlStateRule Of(PostgresException error)
    {
        var rule = Find(error.SqlState, error.Routine);
        return rule.Answer is SqlStateAnswer.Fault && error.InvariantSeverity is "FATAL" or "PANIC" ? Fatal : rule;
    }

    /// <summary>Whether a second attempt is allowed, as long as COMMIT has not been sent.</summary>
    public static bool AllowsSecondAttempt(PostgresException error) =>
        Of(error).Answer is SqlStateAnswer.LostRace or SqlStateAnswer.StaleStatement or SqlStateAnswer.SessionEnded;

    private static SqlStateRule Find(string code, string? routine)
    {
        if (Rules.TryGetValue(code, out var exact) && (exact.Routine is null || exact.Routine == routine))
            return exact;
        return code.Length == 5 && Rules.TryGetValue(code[..2], out var ofClass) ? ofClass : Unknown;
    }
}
