namespace ECommerce.Signals.Tests.Registry;

/// <summary>The log lines of which the full day has none.</summary>
internal static class LogFields
{
    /// <summary>Lines that need another day.</summary>
    public static readonly string[] Elsewhere =
    [
        // A host that runs its own PostgreSQL.
        "PostgreSQL is embedded in {Directory}",
        "PostgreSQL has ended by itself and is started again in {PauseMs} ms",
        "PostgreSQL's data are in {Place}, since its user cannot reach {Directory}",
        // A host that stops, or cannot start, or waits for another.
        "The host stops: {Reason}",
        "The host has stopped within {StopMs} ms",
        "The host could not open: {Reason}",
        "Waiting until another host{Holder} has left {Directory}, for {Seconds} s at most",
        "The migrations wait for a lock that {Holder} holds, for {Seconds} s more at most",
        // A database that goes away.
        "The database is away ({Absence}): calls are refused until it answers",
        "The database answers again after {Seconds} s",
        "The relay of {Module} could not reach its outbox and tries again",
        "The round '{Round}' failed and will come round again",
        "The round '{Round}' was skipped: another host runs it",
        "{Method} {Route} could not be served: {Code}",
        // A host with some of the modules, and its broker (tests/Reliability.Tests/Broker).
        "The message broker at {Address} is connected",
        "The message broker at {Address} is unreachable, and events stay in their outboxes: {Reason}",
        "{EventType} {MessageId} cannot be sent ({Reason}), which counts as a failed attempt",
        "A message in {Queue} is not an event of the shop and was dropped",
        // A collector that takes nothing, and a variable that nobody reads.
        "Exporting {Signal} failed, {Lost} were lost since the last such line: {Reason}",
        "{Variable} is set and has no effect: {Reason}",
        // A promise between modules that was broken.
        "Order {OrderId} is paid and holds no stock",
        "Order {OrderId} was placed without a reservation and is given up",
    ];
}
