namespace ECommerce.Products;

/// <summary>Adds a product to the catalogue with its initial stock.</summary>
internal static class CreateProduct
{
    /// <param name="Sku">The stock keeping unit, which no other product has, whatever the case of its letters.</param>
    /// <param name="Name">The name, in one line.</param>
    /// <param name="Description">The description; may have several lines.</param>
    /// <param name="Category">Lower-case words joined by hyphens.</param>
    /// <param name="Price">The price of one unit, in the shop's currency.</param>
    /// <param name="Stock">The initial stock, in units.</param>
    public sealed record Request(string Sku, string Name, string Description, string Category, Money Price, int Stock);
    public sealed record Command(Guid ProductId, Guid CallerId, string Sku, string Name, string Description, string Category, Money Price, int Stock)
        : ICommand<Product>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapPost("/api/products", async (Request request, Caller caller, IMediator mediator, CancellationToken ct) =>
            {
                var created = await mediator.Send(
                    new Command(
                        Guid.CreateVersion7(), caller.Id, request.Sku, request.Name, request.Description, request.Category, request.Price, request.Stock),
                    ct);
                return created.ToHttp(product => TypedResults.Created($"/api/products/{product.Id}", product));
            })
            .WithName(nameof(CreateProduct))
            .RequireAdmin()
            .Produces<Product>(StatusCodes.Status201Created)
            .Refuses(ProductsErrors.SkuTaken);
    }

    public sealed class Rules : AbstractValidator<Command>
    {
        public const int MostAtFirst = 1_000_000;

        public Rules(IOptions<ShopOptions> shop)
        {
            RuleFor(product => product.Sku).NotNull().WithMessage("Must be given.").IsSku();
            RuleFor(product => product.Name).NotNull().WithMessage("Must be given.").IsName();
            RuleFor(product => product.Description).NotNull().WithMessage("Must be given.").IsDescription();
            RuleFor(product => product.Category).NotNull().WithMessage("Must be given.").IsCategory();
            RuleFor(product => product.Price).IsPrice(shop.Value.Currency);
            RuleFor(product => product.Price).NotNull().WithMessage("Must be given.");
            RuleFor(product => product.Stock).InclusiveBetween(0, MostAtFirst).WithMessage($"Must be between 0 and {MostAtFirst}.");
        }
    }

    public sealed class Handler(ProductsDb db, ProductsMetrics metrics, IOptions<ShopOptions> shop, TimeProvider clock)
        : IRequestHandler<Command, Result<Product>>
    {
        public async Task<Result<Product>> Handle(Command command, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var created = await db.SingleOrDefaultAsync<ProductRow>(
                InsertProduct,
                new
                {
                    command.ProductId,
                    command.CallerId,
                    command.Sku,
                    command.Name,
                    command.Description,
                    command.Category,
                    Price = command.Price.Amount,
                    command.Price.Currency,
                    command.Stock,
                    AdjustmentId = Guid.CreateVersion7(now),
                    Now = now,
                },
                ct);
            if (created is null)
                return ProductsErrors.SkuTaken;

            metrics.Created.Inc();
            return created.ToProduct(shop.Value.Currency);
        }
    }

    private const string InsertProduct = $"""
        WITH product AS (
          INSERT INTO products.products (id, sku, name, description, category, price, currency, created_at, updated_at)
          VALUES (@ProductId, @Sku, @Name, @Description, @Category, @Price, @Currency, @Now, @Now)
          ON CONFLICT (lower(sku)) DO NOTHING
          RETURNING *),
        stock AS (
          INSERT INTO products.stock (product_id, on_hand)
          SELECT id, @Stock FROM product
          RETURNING *),
        noted AS (
          INSERT INTO products.stock_adjustments (id, product_id, delta, reason, by_user, at)
          SELECT @AdjustmentId, product_id, on_hand, 'first stock', @CallerId, @Now FROM stock WHERE on_hand > 0)
        SELECT {ProductRow.Columns}
        FROM product JOIN stock ON stock.product_id = product.id
        """;
}
