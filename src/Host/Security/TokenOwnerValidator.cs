using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Claims;
using ECommerce.Kernel;
using ECommerce.Messaging;
using ECommerce.Users.Contracts;
using MediatR;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ECommerce.Host.Security;

/// <summary>
/// Validates that a token's owner exists and has the credentials version of the token. Answers of Users are cached for five seconds per
/// owner and invalidated by the broadcasts of Users, from whichever host. While broadcasts may be missed, the cache is not used.
/// </summary>
internal sealed class TokenOwnerValidator
{
    /// <summary>The module that knows the owners of tokens.</summary>
    public static readonly string Users = ModuleName.Of(typeof(UserDeleted)).Name;

    private const int MostOwners = 10_000;

    // The lifetime bounds the effect of changes without a broadcast, such as those made by hand in the database.
    private static readonly TimeSpan TrustFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, (UserFound Owner, long At)> _known = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly TimeProvider _clock;
    private readonly Broadcasts.Feed _changes;
    private int _seen;

    public TokenOwnerValidator(IServiceScopeFactory scopes, Broadcasts broadcasts, TimeProvider clock)
    {
        (_scopes, _clock) = (scopes, clock);
        _changes = broadcasts.Of(Users);
        _changes.Received += Forget;
        _changes.Resumed += ForgetAll;
    }

    /// <summary>Makes sure that the key of a token is known before the token is validated, if Users has it.</summary>
    public static async Task LoadKeysAsync(MessageReceivedContext context)
    {
        try
        {
            await context.HttpContext.RequestServices.GetRequiredService<ITokenKeys>().LoadAsync(context.Request.Headers.Authorization, context.HttpContext.RequestAborted);
        }
        catch (Exception failure)
        {
            context.Fail(new UnansweredException(failure));
        }
    }

    public static async Task CheckAsync(TokenValidatedContext context)
    {
        var owners = context.HttpContext.RequestServices.GetRequiredService<TokenOwnerValidator>();
        var principal = context.Principal!;
        try
        {
            if (!Guid.TryParse(principal.FindFirstValue("sub"), out var id)
                || !int.TryParse(principal.FindFirstValue("cv"), NumberStyles.None, CultureInfo.InvariantCulture, out var credentials)
                || !await owners.VouchAsync(id, credentials, principal.FindFirstValue("role"), context.HttpContext.RequestAborted))
                context.Fail("The token's owner is gone or has changed.");
        }
        catch (Exception failure)
        {
            // JwtBearerHandler would log the exception before it rethrows it, and the exception handler logs it, too.
            context.Fail(new UnansweredException(failure));
        }
    }

    /// <summary>Throws the exception that prevented <see cref="CheckAsync"/> from an answer, in place of a 401.</summary>
    public static Task ThrowUnansweredAsync(JwtBearerChallengeContext context)
    {
        if (context.AuthenticateFailure is UnansweredException { InnerException: { } failure })
            ExceptionDispatchInfo.Throw(failure);
        return Task.CompletedTask;
    }

    // Only positive results are cached. Users is asked again before a token is refused, since a token that was issued after a change of
    // password is valid at once.
    private async ValueTask<bool> VouchAsync(Guid id, int credentials, string? role, CancellationToken ct)
    {
        bool Fits(UserFound? owner) => owner is not null && owner.CredentialsVersion == credentials && owner.Role == role;

        return (_changes.IsLive && _known.TryGetValue(id, out var known) && _clock.GetElapsedTime(known.At) < TrustFor && Fits(known.Owner))
            || Fits(await AskAsync(id, ct));
    }

    private async Task<UserFound?> AskAsync(Guid id, CancellationToken ct)
    {
        var (asked, seen) = (_clock.GetTimestamp(), Volatile.Read(ref _seen));
        await using var scope = _scopes.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindUser(id), ct);
        if (found.Error is not null)
            return null;

        if (_known.Count >= MostOwners)
            _known.Clear();
        _known[id] = (found.Value, asked);
        // A broadcast that arrives while Users is being asked may be newer than the answer. Invalidation counts first and removes then, so
        // that one of the two sides always sees the other.
        if (Volatile.Read(ref _seen) != seen)
            _known.TryRemove(id, out _);
        return found.Value;
    }

    private void Forget(Guid id)
    {
        Interlocked.Increment(ref _seen);
        _known.TryRemove(id, out _);
    }

    private void ForgetAll()
    {
        Interlocked.Increment(ref _seen);
        _known.Clear();
    }

    /// <summary>Thrown when it is unknown whether the owner still exists.</summary>
    private sealed class UnansweredException(Exception cause) : Exception(cause.Message, cause);
}
