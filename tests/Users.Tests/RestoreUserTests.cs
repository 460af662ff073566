namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class RestoreUserTests(ShopFixture shop)
{
    [Fact]
    public async Task A_restored_user_is_there_again()
    {
        var customer = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{customer.Id}", await shop.Given.AdminAsync());

        var seen = await shop.ObserveAsync(HttpMethod.Post, $"/api/users/{customer.Id}/restore", by: await shop.Given.AdminAsync());

        Snapshot.Match(seen);
    }

    [Fact]
    public async Task A_restored_user_logs_in_as_before_and_old_tokens_stay_dead()
    {
        var customer = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{customer.Id}", await shop.Given.AdminAsync());
        await shop.SettleAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(401, "the token has ended");

        await shop.PostAsync($"/api/users/{customer.Id}/restore", by: await shop.Given.AdminAsync());

        var renewed = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, customer.Password) };
        (await shop.GetAsync("/api/users/me", renewed)).Status.ShouldBe(200);
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Only_a_deleted_user_can_be_restored_and_only_by_an_administrator()
    {
        var customer = await shop.Given.ACustomerAsync();
        var admin = await shop.Given.AdminAsync();

        var there = await shop.PostAsync($"/api/users/{customer.Id}/restore", by: admin);
        (there.Status, there.Code).ShouldBe((409, "users.not_deleted"));
        (await shop.PostAsync($"/api/users/{Guid.CreateVersion7()}/restore", by: admin)).Status.ShouldBe(404);
        (await shop.PostAsync($"/api/users/{customer.Id}/restore", by: customer)).Status.ShouldBe(403);
        (await shop.PostAsync($"/api/users/{customer.Id}/restore")).Status.ShouldBe(401);
    }
}
