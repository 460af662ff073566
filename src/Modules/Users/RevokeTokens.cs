namespace ECommerce.Users;

/// <summary>Revokes all tokens of a user, on every device and within a second on every host. The password stays.</summary>
internal static class RevokeTokens
{
    public sealed record Command(Guid UserId, Caller Caller) : ICommand<Unit>
    {
        public Guid CallerId => Caller.Id;
    }

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/users/{id}/revoke-tokens", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var revoked = await mediator.Send(new Command(id, caller), ct);
                return revoked.ToHttp(_ => TypedResults.NoContent());
            })
            .WithName(nameof(RevokeTokens))
            .RequireAuthorization()
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(UsersDb db, UsersMetrics metrics, TimeProvider clock) : IRequestHandler<Command, Result<Unit>>
    {
        public async Task<Result<Unit>> Handle(Command command, CancellationToken ct)
        {
            if (!command.Caller.MaySee(command.UserId))
                return CommonErrors.NotFound;

            var now = clock.GetUtcNow();
            var isRevoked = await db.InTransactionAsync(async tx =>
            {
                if (await tx.ExecuteAsync(MoveCredentialsOn, new { command.UserId, Now = now }) == 0)
                    return false;
                await tx.EnqueueAsync(new TokensRevoked(command.UserId, now));
                return true;
            }, ct);
            if (!isRevoked)
                return CommonErrors.NotFound;

            metrics.TokensRevoked.Inc();
            return Unit.Value;
        }
    }

    private const string MoveCredentialsOn = """
        UPDATE users.users
        SET credentials_version = credentials_version + 1, version = version + 1, updated_at = @Now
        WHERE id = @UserId AND deleted_at IS NULL
        """;
}
