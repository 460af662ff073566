using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class PasswordSpellingTests(ShopFixture shop)
{
    [Theory]
    [InlineData("cafe\u0301 au lait", "caf\u00e9 au lait", "decomposed and composed")]
    [InlineData("caf\u00e9 au lait", "cafe\u0301 au lait", "composed and decomposed")]
    [InlineData("coffee\u00a0with\u3000milk", "coffee with milk", "other spaces")]
    [InlineData("\u1112\u1161\u11ab\u1100\u1173\u11af password", "\ud55c\uae00 password", "Hangul letters and syllables")]
    public async Task A_password_opens_in_another_spelling_of_the_same_characters(string set, string typed, string what)
    {
        var customer = await shop.Given.ACustomerAsync(password: set);

        (await LogInAsync(customer.Email, typed)).Status.ShouldBe(200, what);
        (await shop.PutAsync($"/api/users/{customer.Id}/password", new { oldPassword = typed, newPassword = "another good one" }, customer)).Status.ShouldBe(204);
    }

    [Fact]
    public async Task Case_and_compatible_forms_stay_different_passwords()
    {
        var customer = await shop.Given.ACustomerAsync(password: "Of\ufb01ce of the north");

        (await LogInAsync(customer.Email, "of\ufb01ce of the north")).Status.ShouldBe(401);
        (await LogInAsync(customer.Email, "Office of the north")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task A_hash_of_the_password_as_it_was_typed_opens_once_and_is_renewed()
    {
        const string typed = "cafe\u0301 au lait";
        var customer = await shop.Given.ACustomerAsync();
        var former = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 10_000 })).HashPassword(new(), typed);
        await shop.RowsAsync("UPDATE users.users SET password_hash = @former WHERE id = @Id", new { former, customer.Id });
        (await LogInAsync(customer.Email, "caf\u00e9 au lait")).Status.ShouldBe(401, "nobody can know that it is the same");

        (await LogInAsync(customer.Email, typed)).Status.ShouldBe(200);

        (await shop.ScalarAsync<string>("SELECT password_hash FROM users.users WHERE id = @Id", new { customer.Id })).ShouldNotBe(former);
        (await LogInAsync(customer.Email, "caf\u00e9 au lait")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("        ", "blank")]
    [InlineData("\u00a0\u00a0\u00a0\u00a0\u3000\u3000\u3000\u3000", "blank, of other spaces")]
    [InlineData("e\u0301e\u0301e\u0301e\u0301", "four characters")]
    [InlineData("long enough\u0007", "a control character")]
    [InlineData("long enough\u0378", "unassigned")]
    public async Task A_password_that_cannot_be_typed_again_is_refused(string password, string what)
    {
        var customer = await shop.Given.ACustomerAsync();

        var registered = await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = "Ada Tester", password });
        var changed = await shop.PutAsync($"/api/users/{customer.Id}/password", new { oldPassword = customer.Password, newPassword = password }, customer);

        (registered.Status, registered.Fields.Single()).ShouldBe((400, "password"), what);
        (changed.Status, changed.Fields.Single()).ShouldBe((400, "newPassword"), what);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("PassW0rd")]
    [InlineData("12345678")]
    [InlineData("qwertyuiop")]
    [InlineData("\uff50assword")]
    [InlineData("ecommerce")]
    [InlineData("ECommerce2026!")]
    [InlineData("{local}")]
    [InlineData("{local}123")]
    [InlineData("{email}")]
    [InlineData("--{email}--")]
    public async Task A_password_that_is_guessed_first_is_refused(string pattern)
    {
        var local = $"ada-{Guid.NewGuid():N}x";
        var email = $"{local}@shop.example";
        var password = pattern.Replace("{local}", local, StringComparison.Ordinal).Replace("{email}", email, StringComparison.Ordinal);
        var customer = await shop.Given.ACustomerAsync(email);

        var registered = await shop.PostAsync("/api/users", new { email, name = "Ada Tester", password });
        var changed = await shop.PutAsync($"/api/users/{customer.Id}/password", new { oldPassword = customer.Password, newPassword = password }, customer);

        (registered.Status, registered.Code, registered.Fields.Single()).ShouldBe((400, "users.weak_password", "password"));
        (changed.Status, changed.Code, changed.Fields.Single()).ShouldBe((400, "users.weak_password", "newPassword"));
        (await LogInAsync(email, customer.Password)).Status.ShouldBe(200, "nothing has changed");
    }

    private Task<Answer> LogInAsync(string email, string password) => shop.PostAsync("/api/users/login", new { email, password });
}
