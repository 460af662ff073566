using System.Text;

namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class UpdateUserTests(ShopFixture shop)
{
    [Fact]
    public async Task A_new_name_and_email_are_told_with_a_new_ETag()
    {
        var customer = await shop.Given.ACustomerAsync();
        var email = Given.NewEmail();

        Snapshot.Match(await shop.ObserveAsync(HttpMethod.Put, $"/api/users/{customer.Id}", new { name = "Ada King", email, password = customer.Password }, customer));
    }

    [Fact]
    public async Task What_is_not_given_stays_and_the_token_stays_valid()
    {
        var customer = await shop.Given.ACustomerAsync();
        var email = Given.NewEmail();

        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Ada King" }, customer)).Status.ShouldBe(200);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { email, password = customer.Password }, customer)).Status.ShouldBe(200);

        var user = (await shop.GetAsync($"/api/users/{customer.Id}", customer)).Body;
        user.GetProperty("name").GetString().ShouldBe("Ada King");
        user.GetProperty("email").GetString().ShouldBe(email);
        (await shop.Given.TokenOfAsync(email, customer.Password)).ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task An_email_that_another_user_has_is_taken()
    {
        var customer = await shop.Given.ACustomerAsync();
        var other = await shop.Given.ACustomerAsync();

        var answer = await shop.PutAsync($"/api/users/{customer.Id}", new { email = other.Email.ToUpperInvariant(), password = customer.Password }, customer);

        answer.Status.ShouldBe(409);
        answer.Code.ShouldBe("users.email_taken");
    }

    [Fact]
    public async Task Ones_own_email_can_be_written_otherwise()
    {
        var customer = await shop.Given.ACustomerAsync();

        var answer = await shop.PutAsync($"/api/users/{customer.Id}", new { email = customer.Email.ToUpperInvariant(), password = customer.Password }, customer);

        answer.Status.ShouldBe(200);
        answer.Body.GetProperty("email").GetString().ShouldBe(customer.Email.ToUpperInvariant());
    }

    [Fact]
    public async Task A_change_of_what_has_changed_meanwhile_is_refused()
    {
        var customer = await shop.Given.ACustomerAsync();
        var read = await shop.GetAsync($"/api/users/{customer.Id}", customer);

        var first = await shop.PutAsync($"/api/users/{customer.Id}", new { name = "First" }, customer, ("If-Match", read.ETag!));
        var second = await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Second" }, customer, ("If-Match", read.ETag!));
        var third = await shop.PutAsync($"/api/users/{customer.Id}", new { name = "Third" }, customer, ("If-Match", first.ETag!));

        first.Status.ShouldBe(200);
        (second.Status, second.Code).ShouldBe((412, "precondition_failed"));
        third.Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_change_names_any_of_the_versions_that_it_is_for()
    {
        var customer = await shop.Given.ACustomerAsync();
        var path = $"/api/users/{customer.Id}";
        var read = await shop.GetAsync(path, customer);

        var first = await shop.PutAsync(path, new { name = "First" }, customer, ("If-Match", $"\"7777\", {read.ETag}"));
        var second = await shop.PutAsync(path, new { name = "Second" }, customer, ("If-Match", $"\"7777\", {read.ETag}"));
        var third = await shop.PutAsync(path, new { name = "Third" }, customer, ("If-Match", read.ETag!), ("If-Match", first.ETag!));

        (first.Status, second.Code, third.Status).ShouldBe((200, "precondition_failed", 200));
        third.ETag.ShouldBe((await shop.GetAsync(path, customer)).ETag);
    }

    [Fact]
    public async Task Of_ten_who_change_the_same_version_at_once_one_succeeds()
    {
        var customer = await shop.Given.ACustomerAsync();
        var read = await shop.GetAsync($"/api/users/{customer.Id}", customer);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i =>
            shop.PutAsync($"/api/users/{customer.Id}", new { name = $"Number {i}" }, customer, ("If-Match", read.ETag!))));

        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 412).ShouldBe(9);
    }

    [Fact]
    public async Task The_admin_may_change_anyone_and_a_customer_nobody_else()
    {
        var customer = await shop.Given.ACustomerAsync();
        var other = await shop.Given.ACustomerAsync();

        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "By the admin" }, await shop.Given.AdminAsync())).Status.ShouldBe(200);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "By another" }, other)).Status.ShouldBe(404);
        (await shop.PutAsync($"/api/users/{Guid.CreateVersion7()}", new { name = "Nobody" }, await shop.Given.AdminAsync())).Status.ShouldBe(404);
        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "By nobody" })).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("{}", "name")]
    [InlineData("""{ "name": null, "email": null }""", "name")]
    [InlineData("""{ "name": "" }""", "name")]
    [InlineData("""{ "name": "Ada King", "email": "", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "no address", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada@shop.example" }""", "password")]
    [InlineData("""{ "name": "Ada King", "role": "admin" }""", "role")]
    public async Task A_change_that_breaks_a_rule_is_refused_and_names_the_field(string body, string field)
    {
        var customer = await shop.Given.ACustomerAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await shop.PutAsync($"/api/users/{customer.Id}", content, customer);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Fields.ShouldBe([field]);
    }
}
