namespace ECommerce.Users;

/// <summary>
/// Deletes a user, who can no longer log in and is not found; tokens become invalid. Customers who delete themselves are erased at once:
/// name, e-mail and password hash are overwritten, the e-mail is free again, and orders stay under an id without a person. A deletion by an
/// administrator can be undone by RestoreUser for <c>Users__RestoreWindow</c>, 30 days by default; then the user is erased in the same way.
/// </summary>
internal static class DeleteUser
{
    public sealed record Command(Guid UserId, Caller Caller) : ICommand<Unit>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapDelete("/api/users/{id}", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var deleted = await mediator.Send(new Command(id, caller), ct);
                return deleted.ToHttp(_ => TypedResults.NoContent());
            })
            .WithName(nameof(DeleteUser))
            .RequireAuthorization()
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(CommonErrors.NotFound, UsersErrors.LastAdmin);
    }

    public sealed class Handler(UsersDb db, UsersMetrics metrics, TimeProvider clock) : IRequestHandler<Command, Result<Unit>>
    {
        public async Task<Result<Unit>> Handle(Command command, CancellationToken ct)
        {
            if (!command.Caller.MaySee(command.UserId))
                return CommonErrors.NotFound;

            var now = clock.GetUtcNow();
            var isOwn = command.UserId == command.CallerId;
            var refusal = await db.InTransactionAsync<Error?>(async tx =>
            {
                if (await tx.QueryAsync<Guid>(LockAdmins, new { command.UserId }) is [var last] && last == command.UserId)
                    return UsersErrors.LastAdmin;
                if (await tx.ExecuteAsync(isOwn ? DeleteAndErase : MarkDeleted, new { command.UserId, Now = now }) == 0)
                    return CommonErrors.NotFound;
                await tx.EnqueueAsync(new UserDeleted(command.UserId, now));
                return null;
            }, ct);
            if (refusal is not null)
                return refusal;

            metrics.Deleted.Inc();
            if (isOwn)
                metrics.Erased.Inc();
            return Unit.Value;
        }
    }

    // Locks all administrators if the user is one of them, in one order, so that of two who delete each other at once one remains.
    private const string LockAdmins = """
        SELECT id
        FROM users.users
        WHERE role = 'admin' AND deleted_at IS NULL
          AND EXISTS (SELECT 1 FROM users.users WHERE id = @UserId AND role = 'admin' AND deleted_at IS NULL)
        ORDER BY id
        FOR UPDATE
        """;

    // The credentials version is incremented, so that restoring the user does not make old tokens valid again.
    private const string MarkDeleted = """
        UPDATE users.users
        SET deleted_at = @Now, credentials_version = credentials_version + 1, version = version + 1, updated_at = @Now
        WHERE id = @UserId AND deleted_at IS NULL
        """;

    private const string DeleteAndErase = $"""
        UPDATE users.users
        SET deleted_at = @Now, credentials_version = credentials_version + 1, version = version + 1, updated_at = @Now,
            {Erasure.Assignments}
        WHERE id = @UserId AND deleted_at IS NULL
        """;
}
