using Carter;
using ECommerce.Kernel;
using ECommerce.Platform.Http;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Users;

/// <summary>Takes a deletion back: the user can log in again, with the same e-mail and password.</summary>
internal static class RestoreUser
{
    public sealed record Command(Guid UserId, Guid CallerId) : ICommand<User>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/users/{id}/restore", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var restored = await mediator.Send(new Command(id, caller.Id), ct);
                return restored.ToHttp();
            })
            .WithName(nameof(RestoreUser))
            .RequireAdmin()
            .Produces<User>()
            .Refuses(CommonErrors.NotFound, UsersErrors.NotDeleted);
    }

    public sealed class Handler(UsersDb db, TimeProvider clock) : IRequestHandler<Command, Result<User>>
    {
        public async Task<Result<User>> Handle(Command command, CancellationToken ct)
        {
            if (await db.SingleOrDefaultAsync<User>(Restore, new { command.UserId, Now = clock.GetUtcNow() }, ct) is { } restored)
                return restored;
            return await db.SingleOrDefaultAsync<bool>(Exists, new { command.UserId }, ct) ? UsersErrors.NotDeleted : CommonErrors.NotFound;
        }
    }

    private const string Restore = $"""
        UPDATE users.users
        SET deleted_at = NULL, version = version + 1, updated_at = @Now
        WHERE id = @UserId AND deleted_at IS NOT NULL
        RETURNING {User.Columns}
        """;

    private const string Exists = """
        SELECT EXISTS (SELECT 1 FROM users.users WHERE id = @UserId)
        """;
}
