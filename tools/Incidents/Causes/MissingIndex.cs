using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The catalogue holds the products of many years, and an index of its list is dropped.</summary>
internal sealed class MissingIndex : ICause
{
    private const string Index = "products_newest";

    public string Mechanism => Mechanisms.MissingIndex;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "products/ListProducts", Scopes.Module, "products", size);

    // Discontinued products are in no list. With the index no statement reads them.
    public Task PrepareAsync(IArena arena, CausePlan plan, CancellationToken ct) => Session.ExecuteAsync(arena, $"""
        INSERT INTO products.products (id, sku, name, description, category, price, created_at, updated_at, discontinued_at, currency)
        SELECT gen_random_uuid(), 'OLD-' || n, 'Discontinued ' || n, repeat('An article of an earlier year. ', 20), 'archive', 1, '2015-01-01', '2020-01-01', '2020-01-01', books.currency
        FROM generate_series(1, {(int)plan.Between(60_000, 300_000)}) AS n, products.books AS books
        ON CONFLICT DO NOTHING;
        ANALYZE products.products
        """, ct);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await Session.ExecuteAsync(arena, $"DROP INDEX products.{Index}", ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, $"CREATE INDEX IF NOT EXISTS {Index} ON products.products (created_at, id) WHERE discontinued_at IS NULL"));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"CREATE INDEX CONCURRENTLY {Index} ON products.products (created_at, id) WHERE discontinued_at IS NULL."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("command_duration_seconds", "ListProducts is slower by the time of one scan; other commands of products are not."),
        Seen.Metric("database_query_duration_seconds", "SELECT of products is slower."),
        Seen.Metric("postgresql_blks_hit_total", "Many times more blocks are read for the same traffic."),
        Seen.Span("SELECT products.products", "The slow statement is the list in its usual order."),
        Seen.Sql("EXPLAIN", "A sequential scan of products.products and a sort."),
        Seen.Sql("pg_stat_user_tables", "seq_scan and seq_tup_read of products.products grow."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "command_duration_seconds: ListProducts alone is slow.",
        "A slow trace: the SELECT of products.products takes the time.",
        "EXPLAIN of that statement: a sequential scan of the whole table.",
        $"\\d products.products: the index {Index} of the migration 0001_products.sql is not there.",
    ];
}
