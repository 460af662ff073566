using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using ECommerce.Users.Contracts;
using MediatR;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ECommerce.Host.Security;

/// <summary>
/// Whether a token's owner still exists and still has the password it was issued under. Asked of Users at most every five seconds per
/// owner, and again at once when Users says that something has changed.
/// </summary>
internal sealed class TokenOwners(IServiceScopeFactory scopes, TimeProvider clock)
    : INotificationHandler<UserDeleted>, INotificationHandler<PasswordChanged>
{
    private const int MostOwners = 10_000;

    private static readonly TimeSpan TrustFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, (UserFound Owner, long At)> _known = new();

    public Task Handle(UserDeleted notification, CancellationToken cancellationToken) => Forget(notification.UserId);

    public Task Handle(PasswordChanged notification, CancellationToken cancellationToken) => Forget(notification.UserId);

    public static async Task CheckAsync(TokenValidatedContext context)
    {
        var owners = context.HttpContext.RequestServices.GetRequiredService<TokenOwners>();
        var principal = context.Principal!;
        if (!Guid.TryParse(principal.FindFirstValue("sub"), out var id)
            || !int.TryParse(principal.FindFirstValue("cv"), NumberStyles.None, CultureInfo.InvariantCulture, out var credentials)
            || !await owners.VouchAsync(id, credentials, principal.FindFirstValue("role"), context.HttpContext.RequestAborted))
            context.Fail("The token's owner is gone or has changed.");
    }

    // What is remembered may only say yes. Before a no Users is asked again: a token issued after a change of password is good at once.
    private async ValueTask<bool> VouchAsync(Guid id, int credentials, string? role, CancellationToken ct)
    {
        bool Fits(UserFound? owner) => owner is not null && owner.CredentialsVersion == credentials && owner.Role == role;

        return (_known.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < TrustFor && Fits(known.Owner))
            || Fits(await AskAsync(id, ct));
    }

    private async Task<UserFound?> AskAsync(Guid id, CancellationToken ct)
    {
        var asked = clock.GetTimestamp();
        await using var scope = scopes.CreateAsyncScope();
        var found = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FindUser(id), ct);
        if (found.Error is not null)
            return null;

        if (_known.Count >= MostOwners)
            _known.Clear();
        _known[id] = (found.Value, asked);
        return found.Value;
    }

    private Task Forget(Guid id)
    {
        _known.TryRemove(id, out _);
        return Task.CompletedTask;
    }
}
