namespace ECommerce.Products;

/// <summary>Discontinues a product. Its reserved units may still be paid for. Idempotent.</summary>
internal static class DiscontinueProduct
{
    public sealed record Command(Guid ProductId, Guid CallerId) : ICommand<Unit>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapDelete("/api/products/{id}", async (Guid id, Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Command(id, caller.Id), ct)).ToHttp(_ => TypedResults.NoContent()))
            .WithName(nameof(DiscontinueProduct))
            .RequireAdmin()
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(ProductsDb db, TimeProvider clock) : IRequestHandler<Command, Result<Unit>>
    {
        public async Task<Result<Unit>> Handle(Command command, CancellationToken ct) =>
            await db.SingleOrDefaultAsync<Guid?>(Discontinue, new { command.ProductId, Now = clock.GetUtcNow() }, ct) is null
                ? CommonErrors.NotFound
                : Unit.Value;
    }

    // The outer query tells whether there is such a product, also when it was discontinued before.
    private const string Discontinue = """
        WITH discontinued AS (
          UPDATE products.products SET discontinued_at = @Now, updated_at = @Now, version = version + 1
          WHERE id = @ProductId AND discontinued_at IS NULL)
        SELECT id FROM products.products
        WHERE id = @ProductId
        """;
}
