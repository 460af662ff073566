using ECommerce.Host;

namespace ECommerce.Users.Tests;

/// <summary>What is left of a customer in the database after a deletion.</summary>
[Collection(nameof(Shop))]
public sealed class ErasureTests(ShopFixture shop)
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(30);

    [Fact]
    public async Task A_customer_who_leaves_is_in_no_column_of_any_table_and_the_books_stay()
    {
        var (customer, marker) = await ACustomerToFindAsync(shop);
        var order = await shop.Given.APaidOrderAsync(customer);
        await shop.PutAsync($"/api/users/{customer.Id}", new { name = $"{marker} Renamed" }, customer);
        await shop.SettleAsync();
        (await FindAsync(shop, marker)).ShouldBe(["users.users.email", "users.users.email_key", "users.users.name"], ignoreOrder: true);

        (await shop.DeleteAsync($"/api/users/{customer.Id}", customer)).Status.ShouldBe(204);

        await shop.SettleAsync();
        (await FindAsync(shop, marker)).ShouldBeEmpty();
        (await shop.ScalarAsync<string>("SELECT password_hash FROM users.users WHERE id = @Id", new { customer.Id })).ShouldBe("");
        var books = await shop.GetAsync($"/api/orders/{order.Id}", await shop.Given.AdminAsync());
        (books.Body.GetProperty("userId").GetGuid(), books.Body.GetProperty("total").GetProperty("amount").GetDecimal()).ShouldBe((customer.Id, order.Total));
    }

    [Fact]
    public async Task The_email_of_a_customer_who_left_is_free_again_and_opens_nothing_of_before()
    {
        var (customer, _) = await ACustomerToFindAsync(shop);
        var order = await shop.Given.AnOrderAsync(customer, (await shop.Given.AProductAsync(), 1));
        await shop.DeleteAsync($"/api/users/{customer.Id}", customer);
        (await shop.PostAsync("/api/users/login", new { email = customer.Email, password = customer.Password })).Code.ShouldBe("users.bad_credentials");

        var successor = await shop.Given.ACustomerAsync(customer.Email);

        successor.Id.ShouldNotBe(customer.Id);
        (await shop.GetAsync($"/api/orders/{order.Id}", successor)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Two_who_left_share_nothing_that_must_be_unique()
    {
        var (first, second) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());

        (await shop.DeleteAsync($"/api/users/{first.Id}", first)).Status.ShouldBe(204);
        (await shop.DeleteAsync($"/api/users/{second.Id}", second)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task A_customer_who_left_is_not_restored()
    {
        var customer = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{customer.Id}", customer);

        var answer = await shop.PostAsync($"/api/users/{customer.Id}/restore", by: await shop.Given.AdminAsync());

        (answer.Status, answer.Code).ShouldBe((409, "users.erased"));
    }

    [Fact]
    public async Task Whom_an_administrator_deletes_is_kept_for_the_restore_window_and_then_erased()
    {
        await using var own = await OwnShop.StartAsync();
        var (customer, marker) = await ACustomerToFindAsync(own);
        await own.DeleteAsync($"/api/users/{customer.Id}", await own.Given.AdminAsync());

        own.Clock.Advance(Window - TimeSpan.FromMinutes(5));
        var soonEnough = await own.Given.TokenOfAsync(Given.AdminEmail, Given.AdminPassword);
        (await own.PostAsync($"/api/users/{customer.Id}/restore", by: (await own.Given.AdminAsync()) with { Token = soonEnough })).Status.ShouldBe(200);
        (await own.DeleteAsync($"/api/users/{customer.Id}", (await own.Given.AdminAsync()) with { Token = soonEnough })).Status.ShouldBe(204);
        own.Clock.Advance(Window + TimeSpan.FromSeconds(1));

        await Eventually.PassesAsync(async () => (await FindAsync(own, marker)).ShouldBeEmpty());
        var tooLate = await own.Given.TokenOfAsync(Given.AdminEmail, Given.AdminPassword);
        var answer = await own.PostAsync($"/api/users/{customer.Id}/restore", by: (await own.Given.AdminAsync()) with { Token = tooLate });
        (answer.Status, answer.Code).ShouldBe((409, "users.erased"));
        await own.SettleAsync();
        (await own.MetricsAsync())["users_erased_total"].ShouldBe(1);
    }

    [Fact]
    public async Task A_restore_window_that_is_over_is_over_before_the_job_has_come_round()
    {
        await using var own = await OwnShop.StartAsync(("Users:ErasureInterval", "1.00:00:00"));
        var customer = await own.Given.ACustomerAsync();
        await own.DeleteAsync($"/api/users/{customer.Id}", await own.Given.AdminAsync());
        own.Clock.Advance(Window + TimeSpan.FromSeconds(1));
        var admin = (await own.Given.AdminAsync()) with { Token = await own.Given.TokenOfAsync(Given.AdminEmail, Given.AdminPassword) };

        (await own.PostAsync($"/api/users/{customer.Id}/restore", by: admin)).Code.ShouldBe("users.erased");
    }

    private static async Task<(Customer Customer, string Marker)> ACustomerToFindAsync(ShopFixture shop)
    {
        var marker = $"find-{Guid.NewGuid():N}";
        return (await shop.Given.ACustomerAsync($"{marker}@shop.example", name: $"{marker} Tester"), marker);
    }

    /// <summary>Every column of every module that holds the text, in whatever type.</summary>
    private static async Task<IReadOnlyList<string>> FindAsync(ShopFixture shop, string text)
    {
        List<string> found = [];
        foreach (var column in await shop.RowsAsync(Columns, new { Modules = ShopModules.Names.ToArray() }))
        {
            if (await shop.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM {column["table"]} WHERE \"{column["column"]}\"::text ILIKE '%' || @text || '%')", new { text }))
                found.Add($"{column["table"]}.{column["column"]}");
        }

        return found;
    }

    private const string Columns = """
        SELECT table_schema || '.' || table_name AS "table", column_name AS "column"
        FROM information_schema.columns
        WHERE table_schema = ANY (@Modules)
        """;
}
