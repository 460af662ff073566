using Npgsql;

namespace ECommerce.Products;

/// <summary>Shows a product, also a discontinued one, since orders refer to it.</summary>
internal static class GetProduct
{
    public sealed record Query(Guid ProductId) : IQuery<Versioned>;
    public sealed record Versioned(Product Product, long Version);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/products/{id}", async (Guid id, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var found = await mediator.Send(new Query(id), ct);
                return found.ToHttp(it => context.OkTagged(it.Product, it.Version));
            })
            .WithName(nameof(GetProduct))
            .AnswersTagged()
            .Produces<Product>()
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(CommonErrors.NotFound);
    }

    public sealed class Handler(ProductsDb db, IOptions<ShopOptions> shop) : IRequestHandler<Query, Result<Versioned>>
    {
        public async Task<Result<Versioned>> Handle(Query query, CancellationToken ct) =>
            (await db.ReadAsync<ProductRow>(SelectProduct, [new NpgsqlParameter<Guid>("ProductId", query.ProductId)], ct)) is [var row]
                ? new Versioned(row.ToProduct(shop.Value.Currency), ProductVersion.Of(row.Version, row.StockVersion))
                : CommonErrors.NotFound;
    }

    private const string SelectProduct = $"""
        SELECT {ProductRow.Columns}
        FROM products.products AS product JOIN products.stock AS stock ON stock.product_id = product.id
        WHERE product.id = @ProductId
        """;
}
