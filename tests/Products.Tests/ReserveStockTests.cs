using System.Text.Json;
using Dapper;
using ECommerce.Kernel;
using ECommerce.Products.Contracts;
using Npgsql;

namespace ECommerce.Products.Tests;

[Collection(Shop.Name)]
public sealed class ReserveStockTests(ShopFixture shop)
{
    private const string Reserved = """stock_reservations_total{outcome="reserved"}""";
    private const string Short = """stock_reservations_total{outcome="short"}""";

    [Fact]
    public async Task All_lines_are_held_at_the_prices_of_the_moment_in_the_order_asked_for()
    {
        var lamp = await shop.Given.AProductAsync(price: 12.50m, name: "Lamp");
        var chair = await shop.Given.AProductAsync(price: 80m, name: "Chair");
        var (id, before) = (Guid.CreateVersion7(), await shop.MetricsAsync());

        var reserved = await shop.ReserveAsync(id, Guid.NewGuid(), chair.Times(2), lamp.Times(3));

        reserved.Value.ReservationId.ShouldBe(id);
        reserved.Value.Lines.ShouldBe([new PricedLine(chair.Id, "Chair", 2, new Money(80m, "EUR")), new PricedLine(lamp.Id, "Lamp", 3, new Money(12.50m, "EUR"))]);
        (await shop.StockOfAsync(chair)).ShouldBe((10, 2));
        (await shop.StockOfAsync(lamp)).ShouldBe((10, 3));
        (await shop.MetricsAsync()).Since(before)[Reserved].ShouldBe(1);
    }

    [Fact]
    public async Task A_unit_that_comes_free_while_it_waits_is_held_and_counted()
    {
        var product = await shop.Given.AProductAsync(stock: 1);
        var first = await shop.AReservationAsync((product, 1));
        await using var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        await using var release = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("UPDATE products.stock SET reserved = 0 WHERE product_id = @Id", new { product.Id });
        await connection.ExecuteAsync("UPDATE products.reservations SET state = 'released' WHERE id = @first", new { first });

        var waiting = shop.ReserveAsync(Guid.CreateVersion7(), Guid.NewGuid(), product.Times(1));
        await Eventually.TrueAsync(() => shop.ScalarAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid <> pg_backend_pid() AND pg_blocking_pids(pid) @> ARRAY[@pid])",
            new { pid = connection.ProcessID }));
        await release.CommitAsync();

        (await waiting).Error.ShouldBeNull();
        (await shop.StockOfAsync(product)).ShouldBe((1, 1));
    }

    [Fact]
    public async Task Repeated_it_answers_what_was_recorded_whatever_has_changed_since()
    {
        var admin = await shop.Given.AdminAsync();
        var product = await shop.Given.AProductAsync(stock: 2, price: 10m, name: "Old name");
        var other = await shop.Given.AProductAsync();
        var (id, owner) = (Guid.NewGuid(), Guid.NewGuid());
        var first = await shop.ReserveAsync(id, owner, product.Times(2), other.Times(1));
        await shop.PutAsync($"/api/products/{product.Id}", new { name = "New name", price = new { amount = 99m, currency = "EUR" } }, admin);
        await shop.DeleteAsync($"/api/products/{product.Id}", admin);
        var before = await shop.MetricsAsync();

        // In another order they are the same lines.
        var again = await shop.ReserveAsync(id, owner, other.Times(1), product.Times(2));

        again.Error.ShouldBeNull();
        again.Value.Lines.ShouldBe(first.Value.Lines);
        (await shop.StockOfAsync(product)).ShouldBe((2, 2));
        (await shop.MetricsAsync()).Since(before).Keys.ShouldNotContain(Reserved);
    }

    [Fact]
    public async Task A_reservation_answers_to_no_other_owner_and_holds_no_other_lines()
    {
        var product = await shop.Given.AProductAsync();
        var other = await shop.Given.AProductAsync();
        var (id, owner) = (Guid.NewGuid(), Guid.NewGuid());
        await shop.ReserveAsync(id, owner, product.Times(1));

        (await shop.ReserveAsync(id, Guid.NewGuid(), product.Times(1))).Error!.Code.ShouldBe(StockErrors.ReservedByAnother.Code);
        (await shop.ReserveAsync(id, owner, product.Times(2))).Error!.Code.ShouldBe(StockErrors.ReservedOtherwise.Code);
        (await shop.ReserveAsync(id, owner, other.Times(1))).Error!.Code.ShouldBe(StockErrors.ReservedOtherwise.Code);
        (await shop.ReserveAsync(id, owner, product.Times(1), other.Times(1))).Error!.Code.ShouldBe(StockErrors.ReservedOtherwise.Code);
        (await shop.StockOfAsync(product)).ShouldBe((10, 1));
        (await shop.StockOfAsync(other)).ShouldBe((10, 0));
    }

    [Fact]
    public async Task What_is_short_is_named_line_by_line_and_nothing_is_held()
    {
        var plenty = await shop.Given.AProductAsync(stock: 10);
        var few = await shop.Given.AProductAsync(stock: 2);
        var none = await shop.Given.AProductAsync(stock: 0);
        var (id, before) = (Guid.NewGuid(), await shop.MetricsAsync());

        var refused = (await shop.ReserveAsync(id, Guid.NewGuid(), plenty.Times(1), few.Times(3), none.Times(int.MaxValue))).Error!;

        refused.Code.ShouldBe(StockErrors.Insufficient.Code);
        refused.Fields!.Keys.ShouldBe(["lines[1].quantity", "lines[2].quantity"]);
        refused.Extensions!["shortages"].Deserialize<Shortage[]>(JsonSerializerOptions.Web)
            .ShouldBe([new Shortage(1, few.Id, 3, 2), new Shortage(2, none.Id, int.MaxValue, 0)]);
        (await shop.StateOfAsync(id)).ShouldBeNull();
        (await shop.StockOfAsync(plenty)).ShouldBe((10, 0));
        (await shop.MetricsAsync()).Since(before)[Short].ShouldBe(1);
    }

    [Fact]
    public async Task An_unknown_product_is_named_and_nothing_is_held()
    {
        var product = await shop.Given.AProductAsync();
        var refused = (await shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), product.Times(1), new StockLine(Guid.NewGuid(), 1),
            product.Times(1) with { ProductId = Guid.Empty })).Error!;
        refused.Code.ShouldBe(StockErrors.UnknownProduct.Code);
        refused.Fields!.Keys.ShouldBe(["lines[1].productId", "lines[2].productId"]);
        (await shop.StockOfAsync(product)).ShouldBe((10, 0));
    }

    [Fact]
    public async Task A_broken_rule_is_refused_by_the_name_of_its_field()
    {
        var product = await shop.Given.AProductAsync();
        async Task<IEnumerable<string>> FieldsAsync(params StockLine?[] lines) =>
            (await shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), lines)).Error!.Fields!.Keys;
        (await FieldsAsync()).ShouldBe(["lines"]);
        (await FieldsAsync([null])).ShouldBe(["lines[0]"]);
        (await FieldsAsync(product.Times(0))).ShouldBe(["lines[0].quantity"]);
        (await FieldsAsync(product.Times(1), product.Times(-1))).ShouldBe(["lines[1].quantity", "lines[0].productId", "lines[1].productId"], ignoreOrder: true);
        (await FieldsAsync(product.Times(1), product.Times(2))).ShouldBe(["lines[0].productId", "lines[1].productId"]);
        (await shop.ReserveAsync(Guid.Empty, Guid.Empty, product.Times(1))).Error!.Fields!.Keys.ShouldBe(["reservationId", "ownerId"]);
    }

    [Fact]
    public async Task Of_a_hundred_who_race_for_ten_units_exactly_ten_get_one()
    {
        var product = await shop.Given.AProductAsync(stock: 10);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), product.Times(1))));
        answers.Count(answer => answer.Error is null).ShouldBe(10);
        answers.Count(answer => answer.Error?.Code == StockErrors.Insufficient.Code).ShouldBe(90);
        (await shop.StockOfAsync(product)).ShouldBe((10, 10));
    }

    [Fact]
    public async Task One_id_sent_twenty_times_at_once_holds_stock_once()
    {
        // The last units: a repetition that came too late for them must still hear of its own success.
        var product = await shop.Given.AProductAsync(stock: 3);
        var (id, owner) = (Guid.NewGuid(), Guid.NewGuid());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.ReserveAsync(id, owner, product.Times(3))));
        answers.ShouldAllBe(answer => answer.Error == null && answer.Value.ReservationId == id && answer.Value.Lines.Count == 1);
        (await shop.StockOfAsync(product)).ShouldBe((3, 3));
    }

    [Fact]
    public async Task Carts_that_name_the_same_products_in_opposite_order_do_not_wait_for_each_other_forever()
    {
        var (left, right) = (await shop.Given.AProductAsync(stock: 150), await shop.Given.AProductAsync(stock: 150));
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => n % 2 == 0
            ? shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), left.Times(1), right.Times(1))
            : shop.ReserveAsync(Guid.NewGuid(), Guid.NewGuid(), right.Times(1), left.Times(1))));
        answers.Count(answer => answer.Error is null).ShouldBe(150);
        (await shop.StockOfAsync(left)).ShouldBe((150, 150));
        (await shop.StockOfAsync(right)).ShouldBe((150, 150));
    }
}
