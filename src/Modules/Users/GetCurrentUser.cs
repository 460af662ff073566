namespace ECommerce.Users;

/// <summary>Shows the user of the token.</summary>
internal static class GetCurrentUser
{
    public sealed record Query(Guid UserId) : IQuery<User>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/users/me", async (Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var user = await mediator.Send(new Query(caller.Id), ct);
                return user.ToHttp();
            })
            .WithName(nameof(GetCurrentUser))
            .RequireAuthorization()
            .Produces<User>();
    }

    public sealed class Handler(UsersDb db) : IRequestHandler<Query, Result<User>>
    {
        // The user was deleted a moment ago: the token is invalid.
        public async Task<Result<User>> Handle(Query query, CancellationToken ct) =>
            await db.SingleOrDefaultAsync<User>(SelectUser, query, ct) is { } user ? user : CommonErrors.Unauthorized;
    }

    private const string SelectUser = $"""
        SELECT {User.Columns}
        FROM users.users
        WHERE id = @UserId AND deleted_at IS NULL
        """;
}
