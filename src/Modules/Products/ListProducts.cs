using System.Collections.Concurrent;
using Npgsql;

namespace ECommerce.Products;

/// <summary>Lists the products on sale, page by page.</summary>
internal static class ListProducts
{
    /// <param name="Search">Part of the name, the SKU or the description; upper and lower case are the same.</param>
    /// <param name="Category">Only this category.</param>
    /// <param name="MinPrice">The lowest price, inclusive.</param>
    /// <param name="MaxPrice">The highest price, inclusive.</param>
    /// <param name="InStock">true: only products that can be ordered now; false: only products that cannot.</param>
    /// <param name="Sort">newest (the default), name, price (cheapest first) or -price (dearest first).</param>
    /// <param name="Limit">The most items that the page may hold.</param>
    /// <param name="After">The member next of the page before; the other parameters are those of that page.</param>
    public sealed record Query(
        string? Search, string? Category, decimal? MinPrice, decimal? MaxPrice, bool? InStock, string? Sort, int? Limit, string? After)
        : IQuery<Page<Product>>;

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/products", async ([AsParameters] Query query, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(query, ct)).ToHttp())
            .WithName(nameof(ListProducts))
            .Produces<Page<Product>>();
    }

    public sealed class Rules : AbstractValidator<Query>
    {
        public Rules()
        {
            RuleFor(list => list.Search).IsText().MaximumLength(200).WithMessage("Must be at most 200 characters.");
            RuleFor(list => list.Category).IsCategory();
            RuleFor(list => list.MinPrice).InclusiveBetween(0, Money.Max).WithMessage($"Must be between 0 and {Money.Max}.");
            RuleFor(list => list.MaxPrice).InclusiveBetween(0, Money.Max).WithMessage($"Must be between 0 and {Money.Max}.");
            RuleFor(list => list.MaxPrice)
                .GreaterThanOrEqualTo(list => list.MinPrice).When(list => list.MinPrice is not null && list.MaxPrice is not null)
                .WithMessage("Must not be below minPrice.");
            RuleFor(list => list.Sort).IsOneOf(ProductSort.Names);
            RuleFor(list => list.Limit).IsPageSize();
            RuleFor(list => list.After)
                .Must((list, after) => after is null || ProductSort.Find(list.Sort) is not { } order || order.TryRead(after, out _))
                .WithMessage("Must be the 'next' of the page before, unchanged, and asked for in the same order.");
        }
    }

    public sealed class Handler(ProductsDb db, IOptions<ShopOptions> shop) : IRequestHandler<Query, Result<Page<Product>>>
    {
        public async Task<Result<Page<Product>>> Handle(Query query, CancellationToken ct)
        {
            var order = ProductSort.Find(query.Sort)!;
            var limit = query.Limit ?? ListRules.DefaultLimit;
            var after = order.TryRead(query.After, out var cursor) ? cursor : null;
            var usual = IsUsual(query, order, limit);
            var rows = await db.ReadAsync<ProductRow>(Statement(query, order, usual), Parameters(query, usual ? null : limit + 1, after), ct);
            Product[] items = [.. rows.Take(limit).Select(row => row.ToProduct(shop.Value.Currency))];
            return new Page<Product>(items, rows.Count > limit ? order.After(rows[limit - 1]) : null);
        }

        private static IEnumerable<NpgsqlParameter> Parameters(Query query, int? rows, Cursor<ProductSort.Place>? after)
        {
            if (rows is { } most)
                yield return new NpgsqlParameter<int>("Rows", most);
            if (query.Search is { } search)
                yield return new NpgsqlParameter<string>("Search", search);
            if (query.Category is { } category)
                yield return new NpgsqlParameter<string>("Category", category);
            if (query.MinPrice is { } minPrice)
                yield return new NpgsqlParameter<decimal>("MinPrice", minPrice);
            if (query.MaxPrice is { } maxPrice)
                yield return new NpgsqlParameter<decimal>("MaxPrice", maxPrice);
            if (after is null)
                yield break;
            yield return new NpgsqlParameter<Guid>("AfterId", after.Id);
            if (after.Key.CreatedAt is { } time)
                yield return new NpgsqlParameter<DateTime>("AfterTime", time.UtcDateTime);
            if (after.Key.Name is { } name)
                yield return new NpgsqlParameter<string>("AfterName", name);
            if (after.Key.Price is { } price)
                yield return new NpgsqlParameter<decimal>("AfterPrice", price);
        }

        // Only the conditions of given parameters: an optional condition would keep the planner from an index. The texts are few, and built
        // once.
        private static string Statement(Query query, ProductSort order, bool usual) => Statements.GetOrAdd(
            new(query.Search is not null, query.Category is not null, query.MinPrice is not null, query.MaxPrice is not null, query.InStock,
                query.After is not null, order.Name, usual),
            static (asked, order) => string.Join('\n',
                SelectListed,
                asked.Search ? WhereFound : "",
                asked.Category ? WhereCategory : "",
                asked.MinPrice ? WhereNotCheaper : "",
                asked.MaxPrice ? WhereNotDearer : "",
                asked.InStock switch { true => WhereInStock, false => WhereOutOfStock, null => "" },
                asked.After ? order.WhereAfter : "",
                order.By,
                asked.Usual ? LimitUsual : Limit),
            order);

        // The most common page, which an index serves whatever the values are. A price's selectivity depends on the value, and no index has
        // names within a category: those need a plan for the value.
        private static bool IsUsual(Query query, ProductSort order, int limit) =>
            limit == ListRules.DefaultLimit && query is { MinPrice: null, MaxPrice: null } && (query.Category is null || order.Name != "name");
    }

    private readonly record struct Asked(bool Search, bool Category, bool MinPrice, bool MaxPrice, bool? InStock, bool After, string Order, bool Usual);

    private static readonly ConcurrentDictionary<Asked, string> Statements = new();

    private const string SelectListed = $"""
        SELECT {ProductRow.Columns}
        FROM products.products AS product JOIN products.stock AS stock ON stock.product_id = product.id
        WHERE product.discontinued_at IS NULL
        """;

    // Reads in the order of the page until the page is full. A trigram index needs an extension, which no module may create. The condition
    // matches like ILIKE, but the planner does not estimate a pattern: it would plan each text anew, which takes longer than reading the
    // page.
    private const string WhereFound = """
        AND (strpos(lower(product.name), (SELECT lower(@Search))) > 0
          OR strpos(lower(product.sku), (SELECT lower(@Search))) > 0
          OR strpos(lower(product.description), (SELECT lower(@Search))) > 0)
        """;
    private const string WhereCategory = "AND product.category = @Category";
    private const string WhereNotCheaper = "AND product.price >= @MinPrice";
    private const string WhereNotDearer = "AND product.price <= @MaxPrice";
    private const string WhereInStock = "AND stock.on_hand > stock.reserved";
    private const string WhereOutOfStock = "AND stock.on_hand = stock.reserved";
    private const string Limit = "LIMIT @Rows";

    // PostgreSQL keeps a generic plan of a prepared statement if that promises to be no slower than planning for each value
    // (https://www.postgresql.org/docs/current/sql-prepare.html), which it cannot promise while it does not know how few rows are read.
    private static readonly string LimitUsual = $"LIMIT {ListRules.DefaultLimit + 1}";
}
