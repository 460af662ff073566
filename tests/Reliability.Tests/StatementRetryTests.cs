using Dapper;
using ECommerce.Audit;
using ECommerce.Data;
using ECommerce.Host;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>Errors of PostgreSQL that leave nothing behind and that a second attempt overcomes: customers notice none of them.</summary>
public sealed class StatementRetryTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task Sessions_that_end_and_statements_that_go_stale_under_a_host_fail_no_request()
    {
        var (customer, product) = (await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1000));

        List<string> failed = [];

        async Task AllIsServedAsync(string after)
        {
            // More often than the driver waits before it prepares a statement.
            for (var turn = 0; turn < 7; turn++)
            {
                foreach (var path in (string[])[$"/api/products/{product.Id}", "/api/products?limit=5", $"/api/users/{customer.Id}", "/api/orders"])
                {
                    var read = await shop.GetAsync(path, customer);
                    if (read.Status != 200)
                        failed.Add($"after {after}: {read.Status} {path}");
                }

                var written = await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));
                if (written.Status != 201)
                    failed.Add($"after {after}: {written.Status} for an order");
            }
        }

        // Where all sessions have ended, the second attempt of one request among many may meet a dead session as well.
        async Task AllAtOnceAsync(string after, int refused = 0)
        {
            var read = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => shop.GetAsync("/api/orders", customer)));
            var others = read.Where(answer => answer.Status != 200).ToList();
            if (others.Count > refused || others.Any(answer => answer.Status != 503 || answer.Header("Retry-After") is null))
                failed.AddRange(others.Select(answer => $"after {after}: {answer.Status} at once"));
        }

        await AllIsServedAsync("the start");

        // 0A000: the plan of a prepared statement must not change its result type.
        foreach (var (table, column) in ((string, string)[])[("products.products", "name"), ("users.users", "name"), ("orders.orders", "status")])
        {
            await shop.ScalarAsync<int>($"ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(400)");
            await AllIsServedAsync($"another type of {table}.{column}");
        }

        await shop.RunInIdleSessionsAsync("DEALLOCATE ALL"); // 26000
        await AllIsServedAsync("DEALLOCATE ALL");

        // 42P05: the names that the driver will give are taken in every session, and many requests find that out at once.
        for (var round = 0; round < 3; round++)
        {
            await shop.EndSessionsAsync();
            await AllAtOnceAsync("pg_terminate_backend", refused: 5);
            await shop.RunInIdleSessionsAsync("DEALLOCATE ALL; " + string.Join("; ", Enumerable.Range(1, 100).Select(number => $"PREPARE _auto{number} AS SELECT 1")));
            await AllAtOnceAsync("statements with the driver's names");
        }

        await AllIsServedAsync("statements with the driver's names");

        (await shop.EndSessionsAsync()).ShouldBeGreaterThan(0); // 57P01
        await AllIsServedAsync("pg_terminate_backend");

        await shop.RunInIdleSessionsAsync("SET idle_session_timeout = '20ms'"); // 57P05
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SET idle_session_timeout%')"), "the idle sessions have ended");
        await AllIsServedAsync("idle_session_timeout");

        failed.ShouldBeEmpty();
        var retried = (await shop.MetricsAsync()).Values.Where(series => series.Key.StartsWith("database_retries_total", StringComparison.Ordinal) && series.Value > 0).ToList();
        foreach (var reason in (string[])["session_ended", "stale_statement"])
            retried.ShouldContain(series => series.Key.Contains(reason, StringComparison.Ordinal), reason);
    }

    [Fact]
    public async Task Whatever_fails_once_in_a_transaction_happens_once()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(stock: 100);
        await shop.ScalarAsync<int>(FailEachTransactionOnce);
        var before = await shop.MetricsAsync();

        var customer = await shop.Given.ACustomerAsync();
        (await shop.PutAsync($"/api/products/{product.Id}", new
        {
            name = "Dearer now",
            description = "Made for a test.",
            category = product.Category,
            price = new { amount = product.Price + 1, currency = "EUR" },
        }, admin)).Status.ShouldBe(200);
        var delivered = await shop.Given.APaidOrderAsync(customer, (product, 2));
        await shop.SettleAsync();
        foreach (var step in (string[])["ship", "deliver"])
            (await shop.PostAsync($"/api/orders/{delivered.Id}/{step}", by: admin)).Status.ShouldBe(200, step);
        var refunded = await shop.Given.APaidOrderAsync(customer, (product, 1));
        (await shop.PostAsync($"/api/orders/{refunded.Id}/cancel", by: customer)).Status.ShouldBe(200);
        var declined = await shop.Given.AnOrderAsync(customer, (product, 1));
        (await shop.PostAsync($"/api/orders/{declined.Id}/pay", new { method = "declined_card" }, customer)).Status.ShouldBe(402);
        (await shop.DeleteAsync($"/api/users/{customer.Id}", by: customer)).Status.ShouldBe(204);
        await shop.SettleAsync();

        await Eventually.PassesAsync(async () => (await shop.RowsAsync(DatabaseInvariants.Findings(ShopModules.Names))).ShouldBeEmpty());
        (await shop.RowsAsync("SELECT status FROM orders.orders WHERE user_id = @Id", new { customer.Id })).Select(row => (string?)row["status"]).ShouldBe(["delivered", "cancelled", "cancelled"], ignoreOrder: true);
        (await shop.ScalarAsync<long>(CountCharges, new { customer.Id })).ShouldBe(3);
        var after = await shop.MetricsAsync();
        foreach (var (series, counted) in ((string, double)[])[
            ("users_registered_total", 1), ("users_deleted_total", 1), ("product_price_changes_total", 1), ("orders_placed_total", 3),
            ("""orders_transitions_total{from="payment_pending",to="paid"}""", 2), ("""orders_transitions_total{from="placed",to="cancelled"}""", 1)])
        {
            (after[series] - before[series]).ShouldBe(counted, series);
        }

        foreach (var module in ShopModules.Names)
            (after[LostRaces(module)] - before[LostRaces(module)]).ShouldBeGreaterThan(0, module);
        shop.Log.Lines.Any(line => line.TryGetProperty("event", out var name) && name.GetString() == "database.retried").ShouldBeTrue("the second attempt is logged");
        after.Values.Where(series => series.Key.StartsWith("outbox_deliveries_total", StringComparison.Ordinal) && !series.Key.Contains("delivered", StringComparison.Ordinal) && series.Value > before[series.Key])
            .ShouldBeEmpty("no event had to be delivered again");
        await shop.ScalarAsync<int>("DROP FUNCTION public.fail_first CASCADE");
    }

    [Fact]
    public async Task An_attempt_to_pay_that_was_rolled_back_is_not_charged_when_another_one_came_between()
    {
        var order = await shop.Given.AnOrderAsync();
        await shop.ScalarAsync<int>(FailOneTransaction);
        var before = await shop.MetricsAsync();
        Task<Answer>[] payments;

        // Both wait for the order; the first to get it fails, and gets it again only after the second.
        await using (var keeper = new NpgsqlConnection(shop.ConnectionString))
        {
            await keeper.OpenAsync();
            await using var transaction = await keeper.BeginTransactionAsync();
            await keeper.ExecuteAsync("SELECT FROM orders.orders WHERE id = @Id FOR UPDATE", new { order.Id });
            payments = [.. Enumerable.Range(0, 2).Select(_ => shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, order.Customer))];
            await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountWaiting) == 2, "both payments wait for the order");
        }

        (await Task.WhenAll(payments)).Select(answer => answer.Status).ShouldBeSubsetOf([200, 409]);
        (await shop.ScalarAsync<long>(CountCharges, new { order.Customer.Id })).ShouldBe(1);
        await Eventually.PassesAsync(async () => (await shop.RowsAsync(DatabaseInvariants.Findings(ShopModules.Names))).ShouldBeEmpty());
        ((await shop.MetricsAsync())[LostRaces("orders")] - before[LostRaces("orders")]).ShouldBe(1);
        await shop.ScalarAsync<int>("DROP FUNCTION public.fail_one CASCADE");
    }

    [Fact]
    public async Task A_transaction_is_run_again_after_an_idle_timeout_or_a_deadlock_and_never_after_its_commit_was_sent()
    {
        var db = ActivatorUtilities.CreateInstance<Ledger>(shop.Services);
        await shop.ScalarAsync<int>("CREATE TABLE products.ledger (number int PRIMARY KEY, count int); ALTER TABLE products.ledger OWNER TO products; INSERT INTO products.ledger VALUES (1, 0), (2, 0)");

        // 25P03: the host stands still inside the transaction.
        var runs = 0;
        await db.InTransactionAsync(async tx =>
        {
            var session = await tx.SingleOrDefaultAsync<int>("UPDATE products.ledger SET count = count + 1 WHERE number = 1 RETURNING pg_backend_pid()", null);
            if (++runs > 1)
                return;
            await tx.ExecuteAsync("SET LOCAL idle_in_transaction_session_timeout = '10ms'", null);
            await Eventually.TrueAsync(async () => await shop.ScalarAsync<bool>("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = @session)", new { session }), "the session has ended");
            await tx.ExecuteAsync("UPDATE products.ledger SET count = count + 1 WHERE number = 2", null);
        }, CancellationToken.None);
        (runs, await CountsAsync()).ShouldBe((2, "1 0"));

        // 40P01: two transactions lock two rows in different orders.
        TaskCompletionSource[] isLocked = [new(), new()], isDone = [new(), new()];
        async Task LockBothAsync(int first, int second)
        {
            await db.InTransactionAsync(async tx =>
            {
                if (isLocked[first - 1].Task.IsCompleted)
                    await isDone[second - 1].Task; // a second attempt that is quicker than the other's awakening would meet it again
                await tx.ExecuteAsync("UPDATE products.ledger SET count = count + 1 WHERE number = @first", new { first });
                isLocked[first - 1].TrySetResult();
                await isLocked[second - 1].Task;
                await tx.ExecuteAsync("UPDATE products.ledger SET count = count + 1 WHERE number = @second", new { second });
            }, CancellationToken.None);
            isDone[first - 1].SetResult();
        }

        await Task.WhenAll(LockBothAsync(1, 2), LockBothAsync(2, 1));
        (await CountsAsync()).ShouldBe("3 2");

        // Refused at COMMIT, by a constraint that waits until then.
        await shop.ScalarAsync<int>(FailAtCommit);
        runs = 0;
        await Should.ThrowAsync<PostgresException>(() => db.InTransactionAsync(async tx =>
        {
            runs++;
            await tx.ExecuteAsync("UPDATE products.ledger SET count = count + 1", null);
        }, CancellationToken.None));
        (runs, await CountsAsync()).ShouldBe((1, "3 2"));
    }

    private Task<string?> CountsAsync() => shop.ScalarAsync<string>("SELECT string_agg(count::text, ' ' ORDER BY number) FROM products.ledger");

    private static string LostRaces(string module) => $$"""database_retries_total{module="{{module}}",reason="lost_race"}""";

    private sealed class Ledger(ModuleDataSources sources) : ModuleDb("products", sources);

    private const string CountCharges = """
        SELECT count(*)
        FROM orders.provider_ledger AS ledger
        JOIN orders.payment_attempts AS attempt ON attempt.id = ledger.attempt_id
        JOIN orders.orders AS placed ON placed.id = attempt.order_id
        WHERE placed.user_id = @Id
        """;

    private const string CountWaiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ecommerce-orders' AND wait_event_type = 'Lock'";

    // A sequence is not rolled back, so it knows what has failed before. Each trigger stands for the transactions of some handlers; no transaction meets two.
    private const string FailEachTransactionOnce = """
        DO $$ BEGIN
            FOR number IN 0..1023 LOOP
                EXECUTE format('CREATE SEQUENCE public.attempts_%s; GRANT USAGE ON SEQUENCE public.attempts_%s TO PUBLIC', number, number);
            END LOOP;
        END $$;
        CREATE FUNCTION public.fail_first() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                key text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
            BEGIN
                FOR number IN 0..TG_NARGS - 1 LOOP
                    key := key || ' ' || (to_jsonb(NEW) ->> TG_ARGV[number]);
                END LOOP;
                IF nextval(format('public.attempts_%s', abs(hashtext(key) % 1024))) % 2 = 1 THEN
                    RAISE EXCEPTION 'lost the race' USING ERRCODE = '40001';
                END IF;
                RETURN NULL;
            END $$;
        CREATE TRIGGER fail_first AFTER INSERT ON users.outbox FOR EACH ROW EXECUTE FUNCTION public.fail_first('aggregate_id', 'type');
        CREATE TRIGGER fail_first AFTER INSERT ON products.reservations FOR EACH ROW EXECUTE FUNCTION public.fail_first('id');
        CREATE TRIGGER fail_first AFTER UPDATE ON products.products FOR EACH ROW EXECUTE FUNCTION public.fail_first('id', 'version');
        CREATE TRIGGER fail_first AFTER INSERT ON products.inbox FOR EACH ROW EXECUTE FUNCTION public.fail_first('message_id', 'handler');
        CREATE TRIGGER fail_first AFTER INSERT ON orders.timeline FOR EACH ROW EXECUTE FUNCTION public.fail_first('order_id', 'seq');
        """;

    private const string FailOneTransaction = """
        CREATE SEQUENCE public.attempts;
        GRANT USAGE ON SEQUENCE public.attempts TO PUBLIC;
        CREATE FUNCTION public.fail_one() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('public.attempts') = 1 THEN
                    RAISE EXCEPTION 'lost the race' USING ERRCODE = '40001';
                END IF;
                RETURN NULL;
            END $$;
        CREATE TRIGGER fail_one AFTER INSERT ON orders.timeline FOR EACH ROW EXECUTE FUNCTION public.fail_one();
        """;

    private const string FailAtCommit = """
        CREATE FUNCTION public.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'lost the race' USING ERRCODE = '40001'; END $$;
        CREATE CONSTRAINT TRIGGER fail AFTER UPDATE ON products.ledger DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.fail();
        """;
}
