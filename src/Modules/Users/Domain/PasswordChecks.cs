using System.Net;
using Microsoft.AspNetCore.Identity;

namespace ECommerce.Users;

/// <summary>
/// The only way in which a request has a password checked: the throttle's memory first, then the queue for a hashing slot, then the throttle
/// in the database, then the hash.
/// </summary>
internal sealed class PasswordChecks(HashingQueue queue, LoginThrottle throttle, Passwords passwords, UsersMetrics metrics)
{
    /// <param name="emailKey">The e-mail of the account as it is compared; it need not exist.</param>
    /// <param name="client">The client network that asks.</param>
    /// <param name="ct">Ends the wait for a slot.</param>
    /// <returns>A check that was counted and holds a hashing slot, or 429.</returns>
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

/// <summary>One attempt to prove a password, in a hashing slot; disposing it frees the slot.</summary>
internal sealed class PasswordCheck(HashingSlot slot, LoginAttempt attempt, LoginThrottle throttle, Passwords passwords) : IDisposable
{
    /// <summary>Checks the password and records the outcome, also when the caller has disconnected meanwhile.</summary>
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
