namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class RevokeTokensTests(ShopFixture shop)
{
    [Fact]
    public async Task A_revocation_is_told_to_the_others_once()
    {
        var customer = await shop.Given.ACustomerAsync();

        var seen = await shop.ObserveAsync(HttpMethod.Post, $"/api/users/{customer.Id}/revoke-tokens", by: customer);

        Snapshot.Match(seen.With("rows", await shop.RowsAsync("SELECT credentials_version, version FROM users.users WHERE id = @Id", new { customer.Id })));
    }

    [Fact]
    public async Task All_tokens_of_the_user_end_and_the_password_still_makes_others()
    {
        var customer = await shop.Given.ACustomerAsync();
        var laptop = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, customer.Password) };
        foreach (var device in (Customer[])[customer, laptop])
            (await shop.GetAsync("/api/orders", device)).Status.ShouldBe(200);

        (await shop.PostAsync($"/api/users/{customer.Id}/revoke-tokens", by: laptop)).Status.ShouldBe(204);

        await shop.SettleAsync();
        foreach (var device in (Customer[])[customer, laptop])
            (await shop.GetAsync("/api/orders", device)).Status.ShouldBe(401);
        var renewed = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, customer.Password) };
        (await shop.GetAsync("/api/orders", renewed)).Status.ShouldBe(200, "a token issued afterwards is good at once");
    }

    [Fact]
    public async Task An_administrator_ends_tokens_of_anybody_a_customer_only_its_own()
    {
        var (customer, other) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());

        (await shop.PostAsync($"/api/users/{customer.Id}/revoke-tokens", by: other)).Status.ShouldBe(404);
        (await shop.PostAsync($"/api/users/{customer.Id}/revoke-tokens")).Status.ShouldBe(401);
        (await shop.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
        (await shop.PostAsync($"/api/users/{customer.Id}/revoke-tokens", by: await shop.Given.AdminAsync())).Status.ShouldBe(204);
        await shop.SettleAsync();
        (await shop.GetAsync("/api/orders", customer)).Status.ShouldBe(401);
        (await shop.PostAsync($"/api/users/{Guid.CreateVersion7()}/revoke-tokens", by: await shop.Given.AdminAsync())).Status.ShouldBe(404);
    }

    [Fact]
    public async Task While_changes_are_told_a_tokens_owner_is_asked_for_seldom()
    {
        const int requests = 200;
        await using var own = await OwnShop.StartAsync();
        var customer = await own.Given.ACustomerAsync();
        await Eventually.TrueAsync(async () => await AskedAsync(own, customer, 20) <= 1, "changes are told");

        (await AskedAsync(own, customer, requests)).ShouldBeLessThan(requests / 10);
    }

    /// <summary>How often Users was asked for the owner during so many requests.</summary>
    private static async Task<double> AskedAsync(OwnShop own, Customer customer, int requests)
    {
        var before = await own.MetricsAsync();
        for (var i = 0; i < requests; i++)
            (await own.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
        return (await own.MetricsAsync()).Since(before).Where(series =>
            series.Key.StartsWith("command_duration_seconds_count{", StringComparison.Ordinal) && series.Key.Contains("\"FindUser\"", StringComparison.Ordinal))
            .Sum(series => series.Value);
    }
}
