using System.Net;
using Microsoft.AspNetCore.Identity;

namespace ECommerce.Users;

/// <summary>Changes the caller's own password. Every token that was issued before becomes invalid, the caller's included.</summary>
internal static class ChangePassword
{
    /// <param name="OldPassword">The current password.</param>
    /// <param name="NewPassword">The new password; the most common ones are refused.</param>
    public sealed record Request(string OldPassword, string NewPassword);
    public sealed record Command(Guid UserId, Guid CallerId, string OldPassword, string NewPassword, IPAddress Client) : ICommand<Unit>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPut("/api/users/{id}/password", async (Guid id, Request request, Caller caller, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var changed = await mediator.Send(
                    new Command(id, caller.Id, request.OldPassword, request.NewPassword, ClientNetwork.Of(context)), ct);
                return changed.ToHttp(_ => TypedResults.NoContent());
            })
            .WithName(nameof(ChangePassword))
            .WithSeparateConcurrencyLimit()
            .RequireAuthorization()
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(UsersErrors.BadCredentials, UsersErrors.WeakPassword, CommonErrors.NotFound, CommonErrors.TooManyRequests);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules()
        {
            RuleFor(change => change.OldPassword).IsGivenPassword();
            RuleFor(change => change.NewPassword).IsPassword();
        }
    }

    public sealed class Handler(UsersDb db, PasswordChecks checks, UsersMetrics metrics, TimeProvider clock) : IRequestHandler<Command, Result<Unit>>
    {
        public async Task<Result<Unit>> Handle(Command command, CancellationToken ct)
        {
            // Not even an administrator may change the password of another user.
            if (command.UserId != command.CallerId
                || await db.SingleOrDefaultAsync<Secret>(SelectSecret, new { command.UserId }, ct) is not { } secret)
                return CommonErrors.NotFound;
            if (PasswordText.IsGuessedFirst(command.NewPassword, secret.EmailKey))
                return UsersErrors.WeakPassword.At("newPassword", UsersErrors.WeakPassword.Title);

            // Throttled like a login: a stolen token must not be a faster way to guess the password.
            var begun = await checks.BeginAsync(secret.EmailKey, command.Client, ct);
            if (begun.Error is { } refusal)
                return refusal;
            string hash;
            using (var check = begun.Value)
            {
                if (await check.VerifyAsync(secret.PasswordHash, command.OldPassword) is PasswordVerificationResult.Failed)
                {
                    metrics.WrongPassword.Inc();
                    return UsersErrors.BadCredentials;
                }

                hash = await check.HashAsync(command.NewPassword);
            }

            var now = clock.GetUtcNow();
            var isChanged = await db.InTransactionAsync(async tx =>
            {
                if (await tx.ExecuteAsync(ReplaceHash, new { command.UserId, Old = secret.PasswordHash, New = hash, Now = now }) == 0)
                    return false;
                await tx.EnqueueAsync(new PasswordChanged(command.UserId, now));
                return true;
            }, ct);
            return isChanged ? Unit.Value : UsersErrors.BadCredentials;
        }
    }

    private sealed record Secret(string EmailKey, string PasswordHash);

    private const string SelectSecret = """
        SELECT email_key, password_hash
        FROM users.users
        WHERE id = @UserId AND deleted_at IS NULL
        """;

    // Of two concurrent changes the first wins; the old password of the second is not the current one any more.
    private const string ReplaceHash = """
        UPDATE users.users
        SET password_hash = @New, credentials_version = credentials_version + 1, version = version + 1, updated_at = @Now
        WHERE id = @UserId AND password_hash = @Old AND deleted_at IS NULL
        """;
}
