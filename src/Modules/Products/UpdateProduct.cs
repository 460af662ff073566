namespace ECommerce.Products;

/// <summary>Updates a product's name, description, category or price. Members that are not given stay unchanged.</summary>
internal static class UpdateProduct
{
    /// <param name="Name">The name, in one line; unchanged when not given.</param>
    /// <param name="Description">The description; may have several lines; unchanged when not given.</param>
    /// <param name="Category">Lower-case words joined by hyphens; unchanged when not given.</param>
    /// <param name="Price">The price of one unit, in the shop's currency; unchanged when not given.</param>
    public sealed record Request(string? Name, string? Description, string? Category, Money? Price);
    public sealed record Command(Guid ProductId, Guid CallerId, IfMatch Read, string? Name, string? Description, string? Category, Money? Price)
        : ICommand<Changed>;

    public sealed record Changed(Product Product, long Version);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPut("/api/products/{id}", async (
                Guid id, IfMatch read, Request request, Caller caller, HttpContext context, IMediator mediator, CancellationToken ct) =>
            {
                var command = new Command(id, caller.Id, read.WithoutStock(), request.Name, request.Description, request.Category, request.Price);
                var changed = await mediator.Send(command, ct);
                return changed.ToHttp(it => context.OkChanged(it.Product, it.Version));
            })
            .WithName(nameof(UpdateProduct))
            .AnswersChanged()
            .RequireAdmin()
            .Produces<Product>()
            .Refuses(CommonErrors.NotFound, CommonErrors.PreconditionFailed);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public Rules(IOptions<ShopOptions> shop)
        {
            RuleFor(change => change.Name).IsName();
            RuleFor(change => change.Description).IsDescription();
            RuleFor(change => change.Category).IsCategory();
            RuleFor(change => change.Price).IsPrice(shop.Value.Currency);
            RuleFor(change => change)
                .Must(change => change is not { Name: null, Description: null, Category: null, Price: null })
                .OverridePropertyName("body")
                .WithMessage("Must give at least one of name, description, category and price.");
        }
    }

    public sealed class Handler(ProductsDb db, ProductsMetrics metrics, IOptions<ShopOptions> shop, TimeProvider clock)
        : IRequestHandler<Command, Result<Changed>>
    {
        private sealed record Current(long Version, decimal Price);

        public async Task<Result<Changed>> Handle(Command command, CancellationToken ct)
        {
            var isNewPrice = false;
            var result = await db.InTransactionAsync<Result<Changed>>(
                async tx =>
                {
                    isNewPrice = false;
                    if (await tx.SingleOrDefaultAsync<Current>(LockProduct, new { command.ProductId }) is not { } current)
                        return CommonErrors.NotFound;
                    if (command.Read.Against(current.Version) is { } stale)
                        return stale;

                    var change = new
                    {
                        command.ProductId,
                        command.Name,
                        command.Description,
                        command.Category,
                        Price = command.Price?.Amount,
                        command.Price?.Currency,
                        Now = clock.GetUtcNow(),
                    };
                    var changed = await tx.SingleOrDefaultAsync<ProductRow>(ChangeProduct, change);
                    isNewPrice = changed!.Price != current.Price;
                    return new Changed(changed.ToProduct(shop.Value.Currency), ProductVersion.Of(changed.Version, changed.StockVersion));
                },
                ct);
            if (isNewPrice)
                metrics.PriceChanges.Inc();
            return result;
        }
    }

    private const string LockProduct = """
        SELECT version, price
        FROM products.products
        WHERE id = @ProductId
        FOR NO KEY UPDATE
        """;

    private const string ChangeProduct = $"""
        UPDATE products.products AS product
        SET name = coalesce(@Name, name), description = coalesce(@Description, description), category = coalesce(@Category, category),
            price = coalesce(@Price, price), currency = coalesce(@Currency, currency), version = product.version + 1, updated_at = @Now
        FROM products.stock AS stock
        WHERE product.id = @ProductId AND stock.product_id = product.id
        RETURNING {ProductRow.Columns}
        """;
}
