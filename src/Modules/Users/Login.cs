using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Identity;

namespace ECommerce.Users;

/// <summary>Issues a token for an e-mail and its password. The answer and the work are the same for unknown e-mails.</summary>
internal static class Login
{
    /// <param name="Email">The e-mail of the account; upper and lower case are the same.</param>
    /// <param name="Password">The password of the account.</param>
    public sealed record Request(string Email, string Password);

    public sealed record Command(string Email, string Password, IPAddress Client) : ICommand<Session>;

    /// <summary>A token, and the user to whom it belongs.</summary>
    /// <param name="Token">The token, to be sent as Authorization: Bearer.</param>
    /// <param name="ExpiresAt">When the token expires.</param>
    /// <param name="User">The user who has logged in.</param>
    public sealed record Session(string Token, DateTimeOffset ExpiresAt, User User);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/users/login", async (Request request, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var session = await mediator.Send(new Command(request.Email, request.Password, ClientNetwork.Of(context)), ct);
                return session.ToHttp();
            })
            .WithName(nameof(Login))
            .WithSeparateConcurrencyLimit()
            .Produces<Session>()
            .Refuses(UsersErrors.BadCredentials, CommonErrors.TooManyRequests);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules()
        {
            RuleFor(login => login.Email).IsGivenEmail();
            RuleFor(login => login.Password).IsGivenPassword();
        }
    }

    public sealed class Handler(UsersDb db, PasswordChecks checks, Tokens tokens, UsersMetrics metrics)
        : IRequestHandler<Command, Result<Session>>
    {
        public async Task<Result<Session>> Handle(Command command, CancellationToken ct)
        {
            var emailKey = UserRules.KeyOf(command.Email);
            var begun = await checks.BeginAsync(emailKey, command.Client, ct);
            if (begun.Error is { } refusal)
                return refusal;

            using var check = begun.Value;
            var account = await db.SingleOrDefaultAsync<Account>(SelectAccount, new { EmailKey = emailKey, FormerKey = UserRules.FormerKeyOf(command.Email) }, ct);
            var verdict = await check.VerifyAsync(account is { IsDeleted: false } ? account.PasswordHash : null, command.Password);
            if (verdict is PasswordVerificationResult.Failed || account is null)
            {
                CountFailure(account);
                return UsersErrors.BadCredentials;
            }

            if (verdict is PasswordVerificationResult.SuccessRehashNeeded)
                await db.ExecuteAsync(RenewHash, new { account.Id, Old = account.PasswordHash, New = await check.HashAsync(command.Password) }, ct);

            Activity.Current?.SetTag("app.user.id", account.Id);
            metrics.LoggedIn.Inc();
            var (token, expiresAt) = tokens.Issue(account.Id, account.Role, account.CredentialsVersion);
            return new Session(token, expiresAt, account.ToUser());
        }

        private void CountFailure(Account? account)
        {
            var reason = account switch
            {
                null => metrics.UnknownEmail,
                { IsDeleted: true } => metrics.DeletedUser,
                _ => metrics.WrongPassword,
            };
            reason.Inc();
        }
    }

    private sealed record Account(
        Guid Id, string Email, string Name, string Role, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Version,
        string PasswordHash, int CredentialsVersion, bool IsDeleted)
    {
        public User ToUser() => new(Id, Email, Name, Role, CreatedAt, UpdatedAt, Version);
    }

    private const string SelectAccount = $"""
        SELECT {User.Columns}, password_hash, credentials_version, deleted_at IS NOT NULL AS is_deleted
        FROM users.users
        WHERE email_key IN (@EmailKey, @FormerKey)
        ORDER BY email_key = @FormerKey DESC
        LIMIT 1
        """;

    // Only over the verified hash: a password that was changed meanwhile stays changed.
    private const string RenewHash = """
        UPDATE users.users SET password_hash = @New
        WHERE id = @Id AND password_hash = @Old
        """;
}
