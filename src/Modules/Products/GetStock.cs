namespace ECommerce.Products;

/// <summary>Shows the stock of a product: units on hand and reserved units.</summary>
internal static class GetStock
{
    public sealed record Query(Guid ProductId) : IQuery<Stock>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/products/{id}/stock", async (Guid id, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Query(id), ct)).ToHttp())
            .WithName(nameof(GetStock))
            .Produces<Stock>()
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(ProductsDb db) : IRequestHandler<Query, Result<Stock>>
    {
        public async Task<Result<Stock>> Handle(Query query, CancellationToken ct) =>
            await db.SingleOrDefaultAsync<Stock>(SelectStock, query, ct) is { } stock ? stock : CommonErrors.NotFound;
    }

    private const string SelectStock = """
        SELECT on_hand, reserved
        FROM products.stock
        WHERE product_id = @ProductId
        """;
}
