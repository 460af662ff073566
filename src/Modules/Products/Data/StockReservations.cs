using Request = ECommerce.Products.Contracts.ReserveStock;

namespace ECommerce.Products;

/// <summary>A requested line with the product's data; the name is null when there is no such product on sale.</summary>
internal sealed record RequestedLine(
    int Line, Guid ProductId, int Quantity, string? Name, decimal? Price, string? Currency, int? Available, bool IsHeld, bool IsScarce);

/// <summary>A recorded line of a reservation.</summary>
/// <param name="IsAlive">Whether the reservation holds its stock, or has been committed.</param>
internal sealed record RecordedLine(Guid OwnerId, bool IsAlive, bool IsScarce, Guid ProductId, string Name, int Quantity, decimal UnitPrice, string Currency);

/// <summary>Writes reservations: new ones, and ended ones that are requested again.</summary>
internal sealed class StockReservations(ProductsDb db, IOptions<ProductsOptions> options, IOptions<ShopOptions> shop, TimeProvider clock)
{
    /// <summary>Reserves the lines, unless the id exists already or a line exceeds the stock.</summary>
    public Task<IReadOnlyList<RequestedLine>> ReserveAsync(Request request, CancellationToken ct)
    {
        var attempt = new Attempt(request, options.Value, shop.Value.Currency, clock.GetUtcNow());
        return db.InTransactionAsync(async tx =>
        {
            await tx.ExecuteAsync(StockLock.Lock, attempt);
            return await tx.QueryAsync<RequestedLine>(Reserve, attempt);
        }, ct);
    }

    /// <summary>
    /// Reserves the lines of an ended reservation again, at the current prices. Nothing is reserved when it is active by now or a line
    /// exceeds the stock; a reservation that was deleted meanwhile is created.
    /// </summary>
    public Task<IReadOnlyList<RequestedLine>> RenewAsync(Request request, CancellationToken ct)
    {
        var attempt = new Attempt(request, options.Value, shop.Value.Currency, clock.GetUtcNow());
        return db.InTransactionAsync(async tx =>
        {
            // The reservation is locked before the stock rows, as in every other change of a reservation.
            var isKnown = await tx.SingleOrDefaultAsync<string>(LockReservation, attempt) is not null;
            await tx.ExecuteAsync(StockLock.Lock, attempt);
            if (isKnown)
                await tx.ExecuteAsync(LapseOverdue, attempt);
            return await tx.QueryAsync<RequestedLine>(isKnown ? Renew : Reserve, attempt);
        }, ct);
    }

    /// <summary>The recorded lines; none when the id is unknown.</summary>
    public Task<IReadOnlyList<RecordedLine>> FindAsync(Guid reservationId, CancellationToken ct) =>
        db.QueryAsync<RecordedLine>(SelectReservation, new { ReservationId = reservationId, BooksCurrency = shop.Value.Currency, Now = clock.GetUtcNow() }, ct);

    private sealed class Attempt(Request request, ProductsOptions options, string booksCurrency, DateTimeOffset now)
    {
        public Guid ReservationId { get; } = request.ReservationId;
        public Guid OwnerId { get; } = request.OwnerId;
        public Guid[] ProductIds { get; } = [.. request.Lines.Select(line => line.ProductId)];
        public int[] Quantities { get; } = [.. request.Lines.Select(line => line.Quantity)];
        public DateTimeOffset Now { get; } = now;
        public DateTimeOffset LapsesAt { get; } = now + options.ReservationLifetime;
        public double ScarceBelow { get; } = options.ScarceBelow;
        public string BooksCurrency { get; } = booksCurrency;
    }

    private const string Asked = """
        WITH asked AS (
          SELECT (ordinality - 1)::int AS line, product_id, quantity
          FROM unnest(@ProductIds, @Quantities) WITH ORDINALITY AS line (product_id, quantity, ordinality)),
        shelf AS (
          SELECT asked.line, asked.product_id, asked.quantity, product.name, product.price,
                 coalesce(product.currency, @BooksCurrency) AS currency, stock.on_hand - stock.reserved AS available,
                 stock.on_hand - stock.reserved - asked.quantity < stock.on_hand * @ScarceBelow AS is_scarce
          FROM asked
          JOIN products.products AS product ON product.id = asked.product_id AND product.discontinued_at IS NULL
          JOIN products.stock AS stock ON stock.product_id = asked.product_id
        """;

    private const string Answer = """
        held AS (
          UPDATE products.stock SET reserved = stock.reserved + shelf.quantity, version = stock.version + 1
          FROM shelf, reservation
          WHERE stock.product_id = shelf.product_id)
        SELECT line, product_id, asked.quantity, shelf.name, shelf.price, shelf.currency, shelf.available, EXISTS (SELECT FROM reservation) AS is_held,
               coalesce((SELECT bool_or(is_scarce) FROM shelf), false) AS is_scarce
        FROM asked LEFT JOIN shelf USING (line, product_id)
        ORDER BY line
        """;

    // The stock rows are locked, so that this statement sees the rows that it changes; of two requests with one id, only one inserts it.
    private const string Reserve = $"""
        {Asked}
          WHERE NOT EXISTS (SELECT FROM products.reservations WHERE id = @ReservationId)),
        reservation AS (
          INSERT INTO products.reservations (id, owner_id, state, reserved_at, lapses_at, is_scarce, currency)
          SELECT @ReservationId, @OwnerId, 'reserved', @Now, @LapsesAt, (SELECT bool_or(is_scarce) FROM shelf), (SELECT min(currency) FROM shelf)
          WHERE (SELECT count(*) FILTER (WHERE available >= quantity) FROM shelf) = (SELECT count(*) FROM asked)
          ON CONFLICT (id) DO NOTHING
          RETURNING id),
        recorded AS (
          INSERT INTO products.reservation_lines (reservation_id, line, product_id, name, quantity, unit_price)
          SELECT reservation.id, shelf.line, shelf.product_id, shelf.name, shelf.quantity, shelf.price
          FROM shelf, reservation),
        {Answer}
        """;

    // Products and quantities stay as recorded, since the caller has compared them: only name and price are updated.
    private const string Renew = $"""
        {Asked}),
        reservation AS (
          UPDATE products.reservations
          SET state = 'reserved', reserved_at = @Now, lapses_at = @LapsesAt, is_scarce = (SELECT bool_or(is_scarce) FROM shelf),
              currency = (SELECT min(currency) FROM shelf)
          WHERE id = @ReservationId AND owner_id = @OwnerId AND state IN ('lapsed', 'released', 'lost')
            AND (SELECT count(*) FILTER (WHERE available >= quantity) FROM shelf) = (SELECT count(*) FROM asked)
          RETURNING id),
        repriced AS (
          UPDATE products.reservation_lines AS line SET name = shelf.name, unit_price = shelf.price
          FROM shelf, reservation
          WHERE line.reservation_id = reservation.id AND line.product_id = shelf.product_id),
        {Answer}
        """;

    private const string LockReservation = """
        SELECT state
        FROM products.reservations
        WHERE id = @ReservationId
        FOR NO KEY UPDATE
        """;

    // The periodic job has not run yet: what the reservation held is released before it is reserved again.
    private const string LapseOverdue = """
        WITH lapsed AS (
          UPDATE products.reservations SET state = 'lapsed'
          WHERE id = @ReservationId AND owner_id = @OwnerId AND state = 'reserved' AND lapses_at <= @Now
          RETURNING id)
        UPDATE products.stock SET reserved = stock.reserved - line.quantity, version = stock.version + 1
        FROM lapsed JOIN products.reservation_lines AS line ON line.reservation_id = lapsed.id
        WHERE stock.product_id = line.product_id
        """;

    private const string SelectReservation = """
        SELECT reservation.owner_id, state IN ('claimed', 'committed') OR state = 'reserved' AND lapses_at > @Now AS is_alive, is_scarce,
               line.product_id, line.name, line.quantity, line.unit_price, coalesce(reservation.currency, @BooksCurrency) AS currency
        FROM products.reservations AS reservation
        JOIN products.reservation_lines AS line ON line.reservation_id = reservation.id
        WHERE reservation.id = @ReservationId
        ORDER BY line.line
        """;
}
