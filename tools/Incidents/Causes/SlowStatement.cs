using System.Globalization;
using Dapper;
using ECommerce.Incidents.Model;
using ECommerce.Kernel;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A trigger that waits for some rows only: those of one product, or of one group of customers.</summary>
internal sealed class SlowStatement : ICause
{
    private const string Trigger = "note_change";

    // Cheap things, which are at the top of a list that customers read.
    private static readonly string[] Products = ["GDN-1007", "COF-1005", "LGT-1005", "LGT-1004", "CYC-1009", "CMP-1008"];

    public string Mechanism => Mechanisms.SlowStatement;

    public CausePlan Plan(SeededRandom dice, double size) => dice.Chance(0.5)
        ? new(Mechanism, "products.stock", Scopes.Product, dice.Pick(Products), size)
        : new(Mechanism, "orders.orders", Scopes.Group, dice.Pick(CustomerGroup.All), size);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var isProduct = plan.Scope == Scopes.Product;
        var (schema, when) = isProduct
            ? ("products", $"BEFORE UPDATE ON products.stock FOR EACH ROW WHEN (NEW.product_id = '{await IdOfAsync(arena, plan.Target!, ct)}')")
            : ("orders", $"BEFORE INSERT OR UPDATE ON orders.orders FOR EACH ROW WHEN (get_byte(uuid_send(NEW.user_id), 15) % 8 = {CustomerGroup.All.Index().First(group => group.Item == plan.Target).Index})");
        var seconds = plan.Between(0.4, 3).ToString("0.000", CultureInfo.InvariantCulture);
        await Session.ExecuteAsync(arena, $"""
            CREATE FUNCTION {schema}.{Trigger}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $body$;
            CREATE TRIGGER {Trigger} {when} EXECUTE FUNCTION {schema}.{Trigger}()
            """, ct);
        return Effect.Of(() => Session.ExecuteAsync(arena, $"DROP FUNCTION IF EXISTS {schema}.{Trigger} CASCADE"));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [$"DROP TRIGGER {Trigger} ON {plan.Place}."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("command_duration_seconds", "A few commands are slow by the same time, most are as fast as ever."),
        Seen.Span($"{{operation}} {plan.Place}", "The slow statement, which is fast in other traces."),
        Seen.Span("{command}", plan.Scope == Scopes.Product ? "The slow orders are of one product." : "app.customer.group is the same in all slow traces."),
        Seen.Sql("pg_stat_activity", "A session of the shop is active with wait_event PgSleep."),
        Seen.Sql("pg_trigger", $"A trigger on {plan.Place} that no migration made."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "command_duration_seconds: the p99 is slow and the median is not.",
        plan.Scope == Scopes.Product ? "What differs in the slow traces: their orders are of one product." : "What differs in the slow traces: app.customer.group.",
        $"A slow trace: one statement on {plan.Place} takes the time.",
        $"\\d {plan.Place}: the trigger {Trigger} waits.",
    ];

    private static async Task<Guid> IdOfAsync(IArena arena, string sku, CancellationToken ct)
    {
        await using var connection = await Session.OpenAsync(arena, "psql", ct);
        return await connection.QuerySingleAsync<Guid>(new CommandDefinition("SELECT id FROM products.products WHERE sku = @sku", new { sku }, cancellationToken: ct));
    }
}
