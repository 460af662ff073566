using System.Net;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace ECommerce.Users;

/// <summary>
/// Updates a name, an e-mail or both. Users who change their own e-mail send their password, as in a login: a token alone must not reveal
/// which e-mails are registered, nor move an account to another e-mail. An administrator may change the e-mail of another user without a
/// password. Tokens stay valid, since they hold neither.
/// </summary>
internal static class UpdateUser
{
    /// <param name="Name">The name; unchanged when not given.</param>
    /// <param name="Email">The e-mail; unchanged when not given.</param>
    /// <param name="Password">The caller's current password, when they change their own e-mail; otherwise ignored.</param>
    public sealed record Request(string? Name, string? Email, string? Password);
    public sealed record Command(Guid UserId, Caller Caller, string? Name, string? Email, string? Password, IfMatch IfMatch, IPAddress Client) : ICommand<User>
    {
        public Guid CallerId => Caller.Id;
        public bool IsOwnEmail => Email is not null && Caller.Id == UserId;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPut("/api/users/{id}", async (Guid id, Request request, IfMatch ifMatch, Caller caller, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var updated = await mediator.Send(
                    new Command(id, caller, request.Name, request.Email, request.Password, ifMatch, ClientNetwork.Of(context)), ct);
                return updated.ToHttp(user => context.OkChanged(user, user.Version));
            })
            .WithName(nameof(UpdateUser))
            .AnswersChanged()
            .WithSeparateConcurrencyLimit()
            .RequireAuthorization()
            .Produces<User>()
            .Refuses(CommonErrors.NotFound, CommonErrors.PreconditionFailed, UsersErrors.EmailTaken, UsersErrors.BadCredentials, CommonErrors.TooManyRequests);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules()
        {
            RuleFor(user => user.Name).NotNull().When(user => user.Email is null).WithMessage("Must be given when no e-mail is.");
            RuleFor(user => user.Name).IsName().When(user => user.Name is not null);
            RuleFor(user => user.Email).IsEmail().When(user => user.Email is not null);
            RuleFor(user => user.Password).NotEmpty().WithMessage("Must be the current password when the e-mail is given.").When(user => user.IsOwnEmail);
            RuleFor(user => user.Password).MaximumLength(UserRules.MaxPassword).WithMessage($"Must have at most {UserRules.MaxPassword} characters.");
        }
    }

    public sealed class Handler(
        UsersDb db, RegistrationLimit limit, PasswordChecks checks, LoginThrottle throttle, UsersMetrics metrics, TimeProvider clock)
        : IRequestHandler<Command, Result<User>>
    {
        public async Task<Result<User>> Handle(Command command, CancellationToken ct)
        {
            if (!command.Caller.MaySee(command.UserId))
                return CommonErrors.NotFound;
            if (command.Email is not null && limit.RefusalFor(command.Client) is { } tooMany)
                return tooMany;
            if (command.IsOwnEmail && await RefusalOfPasswordAsync(command, ct) is { } refusal)
                return refusal;

            var change = new
            {
                command.UserId,
                command.Name,
                command.Email,
                EmailKey = UserRules.KeyOf(command.Email),
                Versions = command.IfMatch.Versions?.ToArray(),
                Now = clock.GetUtcNow(),
            };
            try
            {
                if (await db.SingleOrDefaultAsync<User>(ChangeUser, change, ct) is not { } updated)
                    return await db.SingleOrDefaultAsync<bool>(Exists, change, ct) ? CommonErrors.PreconditionFailed : CommonErrors.NotFound;

                metrics.Updated.Inc();
                // The client has proved the password: it is known to the account under its new e-mail. Other clients are after their next
                // login.
                if (change.EmailKey is { } emailKey && command.IsOwnEmail)
                    await throttle.SucceededAsync(throttle.PairOf(emailKey, command.Client), CancellationToken.None);
                return updated;
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "users_email_is_taken" })
            {
                return UsersErrors.EmailTaken;
            }
        }

        private async Task<Error?> RefusalOfPasswordAsync(Command command, CancellationToken ct)
        {
            if (await db.SingleOrDefaultAsync<Secret>(SelectSecret, new { command.UserId }, ct) is not { } secret)
                return CommonErrors.NotFound;
            var begun = await checks.BeginAsync(secret.EmailKey, command.Client, ct);
            if (begun.Error is { } refusal)
                return refusal;
            using var check = begun.Value;
            if (await check.VerifyAsync(secret.PasswordHash, command.Password!) is not PasswordVerificationResult.Failed)
                return null;
            metrics.WrongPassword.Inc();
            return UsersErrors.BadCredentials;
        }
    }

    private sealed record Secret(string EmailKey, string PasswordHash);

    private const string SelectSecret = """
        SELECT email_key, password_hash
        FROM users.users
        WHERE id = @UserId AND deleted_at IS NULL
        """;

    private const string ChangeUser = $"""
        UPDATE users.users
        SET name = coalesce(@Name, name),
            email = coalesce(@Email, email),
            email_key = coalesce(@EmailKey, email_key),
            version = version + 1,
            updated_at = @Now
        WHERE id = @UserId AND deleted_at IS NULL AND (@Versions::bigint[] IS NULL OR version = ANY (@Versions))
        RETURNING {User.Columns}
        """;

    private const string Exists = """
        SELECT EXISTS (SELECT 1 FROM users.users WHERE id = @UserId AND deleted_at IS NULL)
        """;
}
