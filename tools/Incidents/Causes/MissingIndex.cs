using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The catalogue holds the products of many years, and the index of their ids is dropped.</summary>
internal sealed class MissingIndex : ICause
{
    public string Mechanism => Mechanisms.MissingIndex;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "products.products", Scopes.Module, "products", size);

    // Discontinued products are in no list, and with the index no statement reads them.
    public Task PrepareAsync(IArena arena, CausePlan plan, CancellationToken ct) => Session.ExecuteAsync(arena, $"""
        INSERT INTO products.products (id, sku, name, description, category, price, created_at, updated_at, discontinued_at, currency)
        SELECT gen_random_uuid(), 'OLD-' || n, 'Discontinued ' || n, repeat('An article of an earlier year. ', 20), 'archive', 1, '2015-01-01', '2020-01-01', '2020-01-01', books.currency
        FROM generate_series(1, {(int)plan.Between(60_000, 250_000)}) AS n, products.books AS books
        ON CONFLICT DO NOTHING;
        ANALYZE products.products
        """, ct);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await Session.ExecuteAsync(arena, "ALTER TABLE products.products DROP CONSTRAINT products_pkey CASCADE", ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, """
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'products.products'::regclass AND contype = 'p') THEN
                DROP INDEX IF EXISTS products.products_pkey; -- an operator's, without the constraint
                ALTER TABLE products.products ADD CONSTRAINT products_pkey PRIMARY KEY (id);
              END IF;
              IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = 'products.stock'::regclass AND contype = 'f') THEN
                ALTER TABLE products.stock ADD CONSTRAINT stock_product_id_fkey FOREIGN KEY (product_id) REFERENCES products.products (id);
              END IF;
            END $$
            """));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => ["ALTER TABLE products.products ADD PRIMARY KEY (id)."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("command_duration_seconds", "GetProduct and ReserveStock are slower by the time of one scan; ListProducts is not."),
        Seen.Metric("database_query_duration_seconds", "SELECT of products is slower."),
        Seen.Metric("postgresql_blks_hit_total", "Many times more blocks are read for the same traffic."),
        Seen.Span("SELECT products.products", "The statement that reads one product by its id is slow."),
        Seen.Sql("EXPLAIN", "A sequential scan of products.products."),
        Seen.Sql("pg_stat_user_tables", "seq_scan and seq_tup_read of products.products grow."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "command_duration_seconds: commands that read one product are slow, and the list is not.",
        "A slow trace: the SELECT of products.products takes the time.",
        "EXPLAIN of that statement: a sequential scan of the whole table.",
        "\\d products.products: the primary key of the migration 0001_products.sql is not there.",
    ];
}
