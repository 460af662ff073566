namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class ChangePasswordTests(ShopFixture shop)
{
    private const string New = "staple of the north";

    [Fact]
    public async Task A_new_password_is_told_to_the_others_and_to_no_signal()
    {
        var customer = await shop.Given.ACustomerAsync();

        Snapshot.Match(await shop.ObserveAsync(HttpMethod.Put, $"/api/users/{customer.Id}/password", Change(customer.Password), customer));
    }

    [Fact]
    public async Task Tokens_from_before_end_and_only_the_new_password_makes_others()
    {
        var customer = await shop.Given.ACustomerAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(200);

        (await shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password), customer)).Status.ShouldBe(204);

        await shop.SettleAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(401, "the old token has ended");
        (await shop.PostAsync("/api/users/login", new { email = customer.Email, password = customer.Password })).Status.ShouldBe(401);
        var renewed = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, New) };
        (await shop.GetAsync("/api/users/me", renewed)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_new_token_is_good_at_once()
    {
        var customer = await shop.Given.ACustomerAsync();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(200, "now the old credentials are remembered");

        await shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password), customer);

        var renewed = customer with { Token = await shop.Given.TokenOfAsync(customer.Email, New) };
        (await shop.GetAsync("/api/users/me", renewed)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Without_the_old_password_there_is_no_new_one()
    {
        var customer = await shop.Given.ACustomerAsync();

        var answer = await shop.PutAsync($"/api/users/{customer.Id}/password", Change("not the password"), customer);

        answer.Status.ShouldBe(401);
        answer.Code.ShouldBe("users.bad_credentials");
        (await shop.Given.TokenOfAsync(customer.Email, customer.Password)).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Nobody_changes_the_password_of_somebody_else_the_admin_included()
    {
        var customer = await shop.Given.ACustomerAsync();
        var other = await shop.Given.ACustomerAsync();

        (await shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password), other)).Status.ShouldBe(404);
        (await shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password), await shop.Given.AdminAsync())).Status.ShouldBe(404);
        (await shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task Of_two_changes_at_once_one_wins()
    {
        var customer = await shop.Given.ACustomerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => shop.PutAsync($"/api/users/{customer.Id}/password", Change(customer.Password), customer)));

        answers.Select(answer => answer.Status).Order().ShouldBe([204, 401]);
    }

    [Theory]
    [InlineData(null, New, "oldPassword")]
    [InlineData("", New, "oldPassword")]
    [InlineData("correct horse battery", null, "newPassword")]
    [InlineData("correct horse battery", "7 chars", "newPassword")]
    public async Task A_change_that_breaks_a_rule_is_refused_and_names_the_field(string? oldPassword, string? newPassword, string field)
    {
        var customer = await shop.Given.ACustomerAsync();

        var answer = await shop.PutAsync($"/api/users/{customer.Id}/password", new { oldPassword, newPassword }, customer);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Fields.ShouldBe([field]);
    }

    private static object Change(string oldPassword) => new { oldPassword, newPassword = New };
}
