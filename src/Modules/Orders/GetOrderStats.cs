namespace ECommerce.Orders;

/// <summary>Shows statistics of all orders.</summary>
internal static class GetOrderStats
{
    public sealed record Query(Guid CallerId) : IQuery<Stats>;

    /// <summary>Counts and sums of the orders of all customers.</summary>
    /// <param name="OrdersPerMinute">Orders placed in the last five minutes, divided by five.</param>
    /// <param name="Revenue">Money that was captured and has not to be given back: the total of what is paid, shipped or delivered.</param>
    /// <param name="AverageOrderValue">The mean total of the orders that are not cancelled, rounded to the smallest unit of the currency; 0 when there are none.</param>
    /// <param name="ByStatus">How many orders there are in each status, all of them named.</param>
    public sealed record Stats(decimal OrdersPerMinute, Sum Revenue, Money AverageOrderValue, IReadOnlyDictionary<string, long> ByStatus);

    /// <summary>An amount in the shop's one currency (ISO 4217), which may be larger than a single order's.</summary>
    /// <param name="Amount">The amount, with at most two decimals.</param>
    /// <param name="Currency">The code of the currency (ISO 4217).</param>
    public sealed record Sum(decimal Amount, string Currency);

    public sealed class Endpoint : ICarterModule
    {
        public void AddRoutes(IEndpointRouteBuilder app) => app
            .MapGet("/api/orders/stats", async (Caller caller, IMediator mediator, CancellationToken ct) =>
                (await mediator.Send(new Query(caller.Id), ct)).ToHttp())
            .WithName(nameof(GetOrderStats))
            .RequireAdmin()
            .Produces<Stats>();
    }

    public sealed class Handler(OrdersDb db, IOptions<ShopOptions> shop, TimeProvider clock) : IRequestHandler<Query, Result<Stats>>
    {
        private const int WindowMinutes = 5;

        public async Task<Result<Stats>> Handle(Query query, CancellationToken cancellationToken)
        {
            var since = clock.Now() - TimeSpan.FromMinutes(WindowMinutes);
            var rows = (await db.QueryAsync<Row>(SumByStatus, new { Since = since }, cancellationToken))
                .ToDictionary(row => SnakeCase.Parse<OrderStatus>(row.Status));

            var earned = rows.Where(pair => pair.Key.HasBeen(OrderStatus.Paid)).Sum(pair => pair.Value.Total);
            Row[] standing = [.. rows.Where(pair => pair.Key is not OrderStatus.Cancelled).Select(pair => pair.Value)];
            var average = standing.Length == 0 ? 0 : Math.Round(standing.Sum(row => row.Total) / standing.Sum(row => row.Orders), Currency.Decimals(shop.Value.Currency));
            return new Stats(
                rows.Values.Sum(row => row.Recent) / (decimal)WindowMinutes,
                new Sum(earned, shop.Value.Currency),
                new(average, shop.Value.Currency),
                Enum.GetValues<OrderStatus>().ToDictionary(status => status.Text(), status => rows.GetValueOrDefault(status)?.Orders ?? 0));
        }
    }

    private sealed record Row(string Status, long Orders, decimal Total, long Recent);

    private const string SumByStatus = """
        SELECT status, count(*) AS orders, sum(total) AS total, count(*) FILTER (WHERE placed_at > @Since) AS recent
        FROM orders.orders
        GROUP BY status
        """;
}
