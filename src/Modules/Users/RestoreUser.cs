namespace ECommerce.Users;

/// <summary>
/// Undoes a deletion by an administrator, within <c>Users__RestoreWindow</c>: the user can log in again, with the same e-mail and password.
/// Users who deleted themselves, and those whose window is over, are erased and stay deleted.
/// </summary>
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
            .Refuses(CommonErrors.NotFound, UsersErrors.NotDeleted, UsersErrors.Erased);
    }

    public sealed class Handler(UsersDb db, IOptions<UsersOptions> options, TimeProvider clock) : IRequestHandler<Command, Result<User>>
    {
        public async Task<Result<User>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var restored = await db.InTransactionAsync(async tx =>
            {
                var user = await tx.SingleOrDefaultAsync<User>(Restore, new { command.UserId, Since = now - options.Value.RestoreWindow, Now = now });
                if (user is not null)
                    await tx.EnqueueAsync(new UserRestored(user.Id, now));
                return user;
            }, ct);
            if (restored is not null)
                return restored;
            return await db.SingleOrDefaultAsync<bool?>(IsDeleted, new { command.UserId }, ct) switch
            {
                null => CommonErrors.NotFound,
                true => UsersErrors.Erased,
                false => UsersErrors.NotDeleted,
            };
        }
    }

    private const string Restore = $"""
        UPDATE users.users
        SET deleted_at = NULL, version = version + 1, updated_at = @Now
        WHERE id = @UserId AND deleted_at > @Since AND erased_at IS NULL
        RETURNING {User.Columns}
        """;

    private const string IsDeleted = """
        SELECT deleted_at IS NOT NULL FROM users.users WHERE id = @UserId
        """;
}
