namespace ECommerce.Users;

/// <summary>Lists users, newest first, without deleted ones.</summary>
internal static class ListUsers
{
    /// <param name="Search">Part of the name or the e-mail; upper and lower case are the same.</param>
    /// <param name="Limit">The most items that the page may hold.</param>
    /// <param name="After">The member next of the page before; the other parameters are those of that page.</param>
    public sealed record Query(string? Search, int? Limit, string? After) : IQuery<Page<User>>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/users", async ([AsParameters] Query query, IMediator mediator, CancellationToken ct) =>
            {
                var page = await mediator.Send(query, ct);
                return page.ToHttp();
            })
            .WithName(nameof(ListUsers))
            .RequireAdmin()
            .Produces<Page<User>>();
    }

    public sealed class Rules : AbstractValidator<Query>
    {
        public Rules()
        {
            RuleFor(list => list.Search).IsText().MaximumLength(100).WithMessage("Must have at most 100 characters.");
            RuleFor(list => list.Limit).IsPageSize();
            RuleFor(list => list.After).IsCursorOf<Query, DateTimeOffset>();
        }
    }

    public sealed class Handler(UsersDb db) : IRequestHandler<Query, Result<Page<User>>>
    {
        // PostgreSQL's infinity: later than every user.
        private static readonly Cursor<DateTimeOffset> Start = new(DateTimeOffset.MaxValue, Guid.Empty);

        public async Task<Result<Page<User>>> Handle(Query query, CancellationToken ct)
        {
            var limit = query.Limit ?? ListRules.DefaultLimit;
            var after = Cursor<DateTimeOffset>.TryParse(query.After, out var cursor) ? cursor : Start;
            var found = await db.QueryAsync<User>(SelectPage,
                new { Pattern = Containing(query.Search), After = after.Key, AfterId = after.Id, Limit = limit + 1 }, ct);
            return found.Count <= limit
                ? new Page<User>(found, null)
                : new Page<User>([.. found.Take(limit)], new Cursor<DateTimeOffset>(found[limit - 1].CreatedAt, found[limit - 1].Id).ToString());
        }

        private static string Containing(string? text) => string.IsNullOrEmpty(text) ? "%" : $"%{text
            .Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("%", @"\%", StringComparison.Ordinal)
            .Replace("_", @"\_", StringComparison.Ordinal)}%";
    }

    private const string SelectPage = $"""
        SELECT {User.Columns}
        FROM users.users
        WHERE deleted_at IS NULL
          AND (created_at, id) < (@After, @AfterId)
          AND (name ILIKE @Pattern OR email ILIKE @Pattern)
        ORDER BY created_at DESC, id DESC
        LIMIT @Limit
        """;
}
