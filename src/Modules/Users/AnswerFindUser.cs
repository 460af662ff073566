namespace ECommerce.Users;

/// <summary>Answers the contract <see cref="FindUser"/>: what another module, and the check of every token, may know of a user.</summary>
internal static class AnswerFindUser
{
    public sealed class Handler(UsersDb db) : IRequestHandler<FindUser, Result<UserFound>>
    {
        public async Task<Result<UserFound>> Handle(FindUser query, CancellationToken ct) =>
            await db.SingleOrDefaultAsync<UserFound>(SelectUser, query, ct) is { } user ? user : CommonErrors.NotFound;
    }

    private const string SelectUser = """
        SELECT id, role, credentials_version
        FROM users.users
        WHERE id = @UserId AND deleted_at IS NULL
        """;
}
