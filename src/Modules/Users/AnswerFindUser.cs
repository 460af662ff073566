namespace ECommerce.Users;

/// <summary>
/// The handler of the contract <see cref="FindUser"/>: the data of a user for other modules and for the validation of tokens.
/// </summary>
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
