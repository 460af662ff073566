namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class DeleteUserTests(ShopFixture shop)
{
    [Fact]
    public async Task A_deletion_is_told_to_the_others_once()
    {
        var customer = await shop.Given.ACustomerAsync();

        var seen = await shop.ObserveAsync(HttpMethod.Delete, $"/api/users/{customer.Id}", by: customer);

        Snapshot.Match(seen.With("rows", await shop.RowsAsync(
            "SELECT credentials_version, version, deleted_at IS NOT NULL AS deleted FROM users.users WHERE id = @Id", new { customer.Id })));
    }

    [Fact]
    public async Task Who_is_deleted_is_not_found_cannot_log_in_and_has_no_valid_token()
    {
        var customer = await shop.Given.ACustomerAsync();
        var admin = await shop.Given.AdminAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(200);

        (await shop.DeleteAsync($"/api/users/{customer.Id}", admin)).Status.ShouldBe(204);

        (await shop.GetAsync($"/api/users/{customer.Id}", admin)).Status.ShouldBe(404);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Gone" }, admin)).Status.ShouldBe(404);
        (await shop.DeleteAsync($"/api/users/{customer.Id}", admin)).Status.ShouldBe(404);
        var login = await shop.PostAsync("/api/users/login", new { email = customer.Email, password = customer.Password });
        (login.Status, login.Code).ShouldBe((401, "users.bad_credentials"));
        await shop.SettleAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(401, "the token has ended");
    }

    [Fact]
    public async Task The_email_of_a_user_whom_an_administrator_deleted_stays_taken()
    {
        var customer = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{customer.Id}", await shop.Given.AdminAsync());

        var successor = await shop.PostAsync("/api/users", new { email = customer.Email, name = "Somebody Else", password = customer.Password });

        successor.Code.ShouldBe("users.email_taken");
    }

    [Fact]
    public async Task A_customer_deletes_nobody_else()
    {
        var customer = await shop.Given.ACustomerAsync();
        var other = await shop.Given.ACustomerAsync();

        (await shop.DeleteAsync($"/api/users/{other.Id}", customer)).Status.ShouldBe(404);
        (await shop.DeleteAsync($"/api/users/{other.Id}")).Status.ShouldBe(401);
        (await shop.GetAsync("/api/users/me", other)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Of_two_who_delete_one_user_at_once_one_does()
    {
        var customer = await shop.Given.ACustomerAsync();
        var admin = await shop.Given.AdminAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => shop.DeleteAsync($"/api/users/{customer.Id}", admin)));

        answers.Select(answer => answer.Status).Order().ShouldBe([204, 404, 404, 404, 404]);
    }

    [Fact]
    public async Task The_last_administrator_stays()
    {
        var admin = await shop.Given.AdminAsync();

        var answer = await shop.DeleteAsync($"/api/users/{admin.Id}", admin);

        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("users.last_admin");
    }

    [Fact]
    public async Task Of_two_administrators_who_delete_themselves_at_once_one_stays()
    {
        await using var own = await OwnShop.StartAsync();
        var first = await own.Given.AdminAsync();
        var second = await own.Given.ACustomerAsync();
        await own.RowsAsync("UPDATE users.users SET role = 'admin' WHERE id = @Id", new { second.Id });
        second = second with { Token = await own.Given.TokenOfAsync(second.Email, second.Password) };

        var answers = await Task.WhenAll(own.DeleteAsync($"/api/users/{first.Id}", first), own.DeleteAsync($"/api/users/{second.Id}", second));

        answers.Select(answer => answer.Status).Order().ShouldBe([204, 409]);
    }
}
