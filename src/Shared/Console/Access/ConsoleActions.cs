using Microsoft.Extensions.Logging;

namespace Observability.Console.Access;

/// <summary>The record of what operators do in pages. A host with a record of its own registers an implementation.</summary>
public interface IConsoleAudit
{
    /// <param name="action">The name of the action, as that of the HTTP operation: <c>HoldFault</c>.</param>
    /// <param name="target">What was changed; empty unless the change was made.</param>
    /// <param name="user">Who has asked for it.</param>
    /// <param name="outcome"><c>ok</c>, <c>rejected</c> or <c>failed</c>.</param>
    void Record(string action, string target, ConsoleUser? user, string outcome);
}

/// <summary>The outcome of a change.</summary>
/// <param name="IsDone">Whether the change was made.</param>
/// <param name="Message">Why not.</param>
public sealed record ConsoleActionResult(bool IsDone, string? Message);

/// <summary>
/// Makes the changes that pages offer: only for an operator whose session has not ended, and with a record of each. Every change of a page goes through
/// it, and runs the same code as the HTTP operation of that name.
/// </summary>
public sealed partial class ConsoleActions
{
    private const int MostOfTarget = 100;

    private readonly IConsoleAccess _access;
    private readonly IConsoleAudit _audit;
    private readonly ILogger<ConsoleActions> _log;

    internal ConsoleActions(IConsoleAccess access, IConsoleAudit audit, ILogger<ConsoleActions> log) => (_access, _audit, _log) = (access, audit, log);

    /// <summary>Whether the caller may change something. A page that hides its buttons asks it; <see cref="RunAsync"/> asks again.</summary>
    public bool MayAct => _access.Current is { Role: ConsoleRole.Operator };

    /// <summary>Makes a change.</summary>
    /// <param name="action">The name of the HTTP operation that does the same: <c>HoldFault</c>.</param>
    /// <param name="target">What is changed. It is in a log line, so it holds names and ids only.</param>
    /// <param name="change">Makes the change. Returns null, or why it was not made.</param>
    public async Task<ConsoleActionResult> RunAsync(string action, string target, Func<Task<string?>> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var user = _access.Current;
        if (user is not { Role: ConsoleRole.Operator })
        {
            _audit.Record(action, "", user, "rejected");
            return new(false, user is null ? "The session has ended. Sign in again." : "This session may only read. Sign in with an operator's key.");
        }
        try
        {
            var refusal = await change();
            _audit.Record(action, refusal is null ? Cut(target) : "", user, refusal is null ? "ok" : "rejected");
            return new(refusal is null, refusal);
        }
#pragma warning disable CA1031 // The page goes on, and tells what is known.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _audit.Record(action, "", user, "failed");
            Failed(_log, failure, action);
            return new(false, "It failed. The log of the host says why.");
        }
    }

    private static string Cut(string target) => target.Length > MostOfTarget ? target[..MostOfTarget] : target;

    [LoggerMessage(71, LogLevel.Error, "{Action} of an operator in the console failed", EventName = "console.action_failed")]
    private static partial void Failed(ILogger logger, Exception failure, string action);
}

/// <summary>The record of a host that has none of its own: a log line.</summary>
internal sealed partial class LoggedAudit(ILogger<ConsoleActions> log) : IConsoleAudit
{
    public void Record(string action, string target, ConsoleUser? user, string outcome) =>
        Acted(log, user?.Name ?? "nobody", user?.Role.ToString().ToLowerInvariant() ?? "none", action, target, outcome);

    [LoggerMessage(70, LogLevel.Information, "Console session {Session} ({Role}): {Action} {Target} {Outcome}", EventName = "operator.action")]
    private static partial void Acted(ILogger logger, string session, string role, string action, string target, string outcome);
}
