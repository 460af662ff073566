using System.Net;

namespace ECommerce.Users;

/// <summary>Registers a customer.</summary>
internal static class RegisterUser
{
    /// <param name="Email">The e-mail to log in with, without control or invisible characters.</param>
    /// <param name="Name">A name without control or invisible characters, and without a space at either end.</param>
    /// <param name="Password">The password; the most common ones are refused.</param>
    public sealed record Request(string Email, string Name, string Password);
    public sealed record Command(Guid UserId, string Email, string Name, string Password, IPAddress Client) : ICommand<User>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/users", async (Request request, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var registered = await mediator.Send(
                    new Command(Guid.CreateVersion7(), request.Email, request.Name, request.Password, ClientNetwork.Of(context)), ct);
                return registered.ToHttp(user => TypedResults.Created($"/api/users/{user.Id}", user));
            })
            .WithName(nameof(RegisterUser))
            .WithSeparateConcurrencyLimit()
            .Produces<User>(StatusCodes.Status201Created)
            .Refuses(UsersErrors.EmailTaken, UsersErrors.WeakPassword, CommonErrors.TooManyRequests);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules()
        {
            RuleFor(user => user.Email).IsEmail();
            RuleFor(user => user.Name).IsName();
            RuleFor(user => user.Password).IsPassword();
        }
    }

    public sealed class Handler(
        UsersDb db, RegistrationLimit limit, HashingQueue queue, Passwords passwords, UsersMetrics metrics, TimeProvider clock)
        : IRequestHandler<Command, Result<User>>
    {
        public async Task<Result<User>> Handle(Command command, CancellationToken ct)
        {
            if (PasswordText.IsGuessedFirst(command.Password, UserRules.KeyOf(command.Email)))
                return UsersErrors.WeakPassword.At("password", UsersErrors.WeakPassword.Title);
            if (limit.RefusalFor(command.Client) is { } tooMany)
                return tooMany;
            var entered = await queue.EnterAsync(command.Client, ct);
            if (entered.Error is { } full)
                return full;
            string hash;
            using (entered.Value)
                hash = await passwords.HashAsync(command.Password);

            var now = clock.GetUtcNow();
            var registered = await db.InTransactionAsync(async tx =>
            {
                var user = await tx.SingleOrDefaultAsync<User>(InsertUser,
                    new { command.UserId, command.Email, EmailKey = UserRules.KeyOf(command.Email), command.Name, Hash = hash, Now = now });
                if (user is not null)
                    await tx.EnqueueAsync(new UserRegistered(user.Id, now));
                return user;
            }, ct);
            if (registered is null)
                return UsersErrors.EmailTaken;

            metrics.Registered.Inc();
            return registered;
        }
    }

    private const string InsertUser = $"""
        INSERT INTO users.users (id, email, email_key, name, password_hash, role, created_at, updated_at)
        VALUES (@UserId, @Email, @EmailKey, @Name, @Hash, 'customer', @Now, @Now)
        ON CONFLICT (email_key) DO NOTHING
        RETURNING {User.Columns}
        """;
}
