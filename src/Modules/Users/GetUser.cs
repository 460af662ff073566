namespace ECommerce.Users;

/// <summary>Shows a user: customers see themselves, administrators see all.</summary>
internal static class GetUser
{
    public sealed record Query(Guid UserId, Caller Caller) : IQuery<User>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/users/{id}", async (Guid id, Caller caller, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var found = await mediator.Send(new Query(id, caller), ct);
                return found.ToHttp(user => context.OkTagged(user, user.Version));
            })
            .WithName(nameof(GetUser))
            .RequireAuthorization()
            .Produces<User>()
            .AnswersTagged()
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(UsersDb db) : IRequestHandler<Query, Result<User>>
    {
        public async Task<Result<User>> Handle(Query query, CancellationToken ct) =>
            query.Caller.MaySee(query.UserId) && await db.SingleOrDefaultAsync<User>(SelectUser, new { query.UserId }, ct) is { } user
                ? user
                : CommonErrors.NotFound;
    }

    private const string SelectUser = $"""
        SELECT {User.Columns}
        FROM users.users
        WHERE id = @UserId AND deleted_at IS NULL
        """;
}
