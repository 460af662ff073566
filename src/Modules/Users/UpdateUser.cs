using Carter;
using ECommerce.Kernel;
using ECommerce.Platform.Http;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace ECommerce.Users;

/// <summary>Changes a name, an e-mail or both. Tokens stay valid: they hold neither.</summary>
internal static class UpdateUser
{
    /// <param name="Name">Stays as it is when not given.</param>
    /// <param name="Email">Stays as it is when not given.</param>
    public sealed record Request(string? Name, string? Email);
    public sealed record Command(Guid UserId, Caller Caller, string? Name, string? Email, IfMatch IfMatch) : ICommand<User>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPut("/api/users/{id}", async (Guid id, Request request, IfMatch ifMatch, Caller caller, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var updated = await mediator.Send(new Command(id, caller, request.Name, request.Email, ifMatch), ct);
                return updated.ToHttp(user =>
                {
                    context.Response.Headers.ETag = EntityTag.Of(user.Version);
                    return TypedResults.Ok(user);
                });
            })
            .WithName(nameof(UpdateUser))
            .RequireAuthorization()
            .Produces<User>()
            .Refuses(CommonErrors.NotFound, CommonErrors.PreconditionFailed, UsersErrors.EmailTaken);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules()
        {
            RuleFor(user => user.Name).NotNull().When(user => user.Email is null).WithMessage("Must be given when no e-mail is.");
            RuleFor(user => user.Name).IsName().When(user => user.Name is not null);
            RuleFor(user => user.Email).IsEmail().When(user => user.Email is not null);
        }
    }

    public sealed class Handler(UsersDb db, UsersMetrics metrics, TimeProvider clock) : IRequestHandler<Command, Result<User>>
    {
        public async Task<Result<User>> Handle(Command command, CancellationToken ct)
        {
            if (!command.Caller.MaySee(command.UserId))
                return CommonErrors.NotFound;

            var change = new
            {
                command.UserId,
                command.Name,
                command.Email,
                EmailKey = UserRules.KeyOf(command.Email),
                command.IfMatch.Version,
                Now = clock.GetUtcNow(),
            };
            try
            {
                if (await db.SingleOrDefaultAsync<User>(ChangeUser, change, ct) is not { } updated)
                    return await db.SingleOrDefaultAsync<bool>(Exists, change, ct) ? CommonErrors.PreconditionFailed : CommonErrors.NotFound;

                metrics.Updated.Inc();
                return updated;
            }
            catch (PostgresException e) when (e is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "users_email_is_taken" })
            {
                return UsersErrors.EmailTaken;
            }
        }
    }

    private const string ChangeUser = $"""
        UPDATE users.users
        SET name = coalesce(@Name, name),
            email = coalesce(@Email, email),
            email_key = coalesce(@EmailKey, email_key),
            version = version + 1,
            updated_at = @Now
        WHERE id = @UserId AND deleted_at IS NULL AND version = coalesce(@Version, version)
        RETURNING {User.Columns}
        """;

    private const string Exists = """
        SELECT EXISTS (SELECT 1 FROM users.users WHERE id = @UserId AND deleted_at IS NULL)
        """;
}
