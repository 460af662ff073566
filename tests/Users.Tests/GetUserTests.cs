namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class GetUserTests(ShopFixture shop)
{
    [Fact]
    public async Task A_customer_sees_themself()
    {
        var customer = await shop.Given.ACustomerAsync();

        Snapshot.Match(await shop.ObserveAsync(HttpMethod.Get, $"/api/users/{customer.Id}", by: customer));
    }

    [Fact]
    public async Task Me_is_whoever_the_token_belongs_to()
    {
        var customer = await shop.Given.ACustomerAsync();

        var me = await shop.GetAsync("/api/users/me", customer);
        var user = await shop.GetAsync($"/api/users/{customer.Id}", customer);

        me.Status.ShouldBe(200);
        me.Text.ShouldBe(user.Text);
    }

    [Fact]
    public async Task The_admin_sees_everyone()
    {
        var customer = await shop.Given.ACustomerAsync();

        (await shop.GetAsync($"/api/users/{customer.Id}", await shop.Given.AdminAsync())).Id.ShouldBe(customer.Id);
    }

    [Fact]
    public async Task Another_customer_looks_as_if_they_did_not_exist()
    {
        var customer = await shop.Given.ACustomerAsync();
        var other = await shop.Given.ACustomerAsync();

        var answer = await shop.GetAsync($"/api/users/{other.Id}", customer);

        answer.Status.ShouldBe(404);
        answer.Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Nobody_has_an_id_that_was_never_given_and_a_word_is_not_an_id()
    {
        var admin = await shop.Given.AdminAsync();

        (await shop.GetAsync($"/api/users/{Guid.CreateVersion7()}", admin)).Status.ShouldBe(404);
        (await shop.GetAsync($"/api/users/{Guid.Empty}", admin)).Status.ShouldBe(404);
        var word = await shop.GetAsync("/api/users/ada", admin);
        word.Status.ShouldBe(400);
        word.Fields.ShouldBe(["id"]);
    }

    [Theory]
    [InlineData("/api/users")]
    [InlineData("/api/users/me")]
    [InlineData("/api/users/0190f5fe-7c00-7a00-8000-000000000001")]
    public async Task Without_a_token_nobody_is_shown(string path)
    {
        var answer = await shop.GetAsync(path);

        answer.Status.ShouldBe(401);
        answer.Code.ShouldBe("unauthorized");
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        var customer = await shop.Given.ACustomerAsync();
        var first = await shop.GetAsync($"/api/users/{customer.Id}", customer);

        var second = await shop.GetAsync($"/api/users/{customer.Id}", customer, ("If-None-Match", first.ETag!));
        await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Ada King" }, customer);
        var third = await shop.GetAsync($"/api/users/{customer.Id}", customer, ("If-None-Match", first.ETag!));

        (second.Status, second.Text, second.ETag).ShouldBe((304, "", first.ETag));
        third.Status.ShouldBe(200);
        third.ETag.ShouldNotBe(first.ETag);
    }
}
