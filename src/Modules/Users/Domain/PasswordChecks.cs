using System.Net;
using Microsoft.AspNetCore.Identity;

namespace ECommerce.Users;

/// <summary>
/// Checks a password for a request, with all protections: the throttle's memory, the queue for a hashing slot, the throttle in the
/// database, then the hash.
/// </summary>
internal sealed class PasswordChecks(HashingQueue queue, LoginThrottle throttle, Passwords passwords, UsersMetrics metrics)
{
    /// <param name="emailKey">The key of the account's e-mail; the account need not exist.</param>
    /// <param name="client">The client network.</param>
    /// <param name="ct">Ends the wait for a slot.</param>
    /// <returns>A counted check with a hashing slot, or 429.</returns>
    public async Task<Result<PasswordCheck>> BeginAsync(string emailKey, IPAddress client, CancellationToken ct)
    {
        var pair = throttle.PairOf(emailKey, client);
        if (throttle.RememberedWait(pair) is { } known)
            return Throttled(known);

        var entered = await queue.EnterAsync(client, ct);
        if (entered.Error is { } refusal)
            return refusal;
        var slot = entered.Value;
        try
        {
            var attempt = await throttle.CountAsync(pair, ct);
            if (attempt.Wait is not { } wait)
                return new PasswordCheck(slot, attempt, throttle, passwords);
            slot.Dispose();
            return Throttled(wait);
        }
        catch
        {
            slot.Dispose();
            throw;
        }
    }

    private Error Throttled(TimeSpan wait)
    {
        metrics.Throttled.Inc();
        return CommonErrors.TooManyRequests.RetryAfter(wait);
    }
}

/// <summary>A password check with a hashing slot; dispose returns the slot.</summary>
internal sealed class PasswordCheck(HashingSlot slot, LoginAttempt attempt, LoginThrottle throttle, Passwords passwords) : IDisposable
{
    /// <summary>Checks the password and records the outcome, even if the caller has disconnected meanwhile.</summary>
    /// <param name="hash">The account's hash; null when there is none, which fails after the same work.</param>
    /// <param name="password">The password as it was given.</param>
    public async Task<PasswordVerificationResult> VerifyAsync(string? hash, string password)
    {
        var verdict = await passwords.CheckAsync(hash, password, attempt.MostIterations);
        if (verdict is PasswordVerificationResult.Failed)
            await throttle.FailedAsync(attempt, CancellationToken.None);
        else
            await throttle.SucceededAsync(attempt.Pair, CancellationToken.None);
        return verdict;
    }

    public Task<string> HashAsync(string password) => passwords.HashAsync(password);

    public void Dispose() => slot.Dispose();
}
