using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ECommerce.Users.Tests;

/// <summary>Who is a customer is told to nobody who cannot log in, and to others slowly.</summary>
public sealed class EnumerationTests
{
    [Fact]
    public async Task A_token_alone_does_not_tell_whether_an_email_is_taken()
    {
        await using var shop = await OwnShop.StartAsync();
        var (caller, other) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());

        foreach (var password in (string?[])[null, "", "not the password"])
        {
            var taken = await shop.PutAsync($"/api/users/{caller.Id}", new { email = other.Email, password }, caller);
            var free = await shop.PutAsync($"/api/users/{caller.Id}", new { email = Given.NewEmail(), password }, caller);

            (taken.Status, taken.Code).ShouldBe(password is { Length: > 0 } ? (401, "users.bad_credentials") : (400, "validation_failed"));
            (free.Status, free.Code).ShouldBe((taken.Status, taken.Code));
            taken.Fields.ShouldBe(free.Fields);
            taken.Fields.ShouldBe(taken.Status == 400 ? ["password"] : []);
        }
    }

    [Fact]
    public async Task Whether_an_email_is_taken_is_told_as_slowly_as_by_registering()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RegistrationsPerMinute", "30"), ("Limits:RegistrationBurst", "10"));
        var (caller, other) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());
        var body = new { email = other.Email, password = caller.Password };

        List<int> answers = [];
        for (var probe = 0; probe < 20; probe++)
            answers.Add((await shop.PutAsync($"/api/users/{caller.Id}", body, caller)).Status);

        answers.ShouldAllBe(status => status == 409 || status == 429);
        answers.Count(status => status == 409).ShouldBeInRange(8, 10);
    }

    [Fact]
    public async Task An_administrator_corrects_an_email_without_a_password_and_their_own_with_it()
    {
        await using var shop = await OwnShop.StartAsync();
        var (admin, customer) = (await shop.Given.AdminAsync(), await shop.Given.ACustomerAsync());
        var email = Given.NewEmail();

        (await shop.PutAsync($"/api/users/{customer.Id}", new { email }, admin)).Status.ShouldBe(200);
        (await shop.PutAsync($"/api/users/{admin.Id}", new { email = Given.NewEmail() }, admin)).Fields.ShouldBe(["password"]);
        (await shop.Given.TokenOfAsync(email, customer.Password)).ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(40_000, "the setting was raised")]
    [InlineData(10_000, "the setting was lowered")]
    public async Task A_login_computes_the_same_whoever_it_is_also_after_the_iterations_were_changed(int iterations, string why)
    {
        const int Before = 20_000;
        await using var shop = await OwnShop.StartAsync(("Passwords:Iterations", $"{iterations}"));
        var (old, renewed) = (await shop.Given.ACustomerAsync(), await shop.Given.ACustomerAsync());
        var deleted = await shop.Given.ACustomerAsync();
        await shop.DeleteAsync($"/api/users/{deleted.Id}", deleted);
        var hash = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = Before })).HashPassword(old, old.Password);
        await shop.RowsAsync("UPDATE users.users SET password_hash = @hash WHERE id = @Id", new { hash, old.Id });

        foreach (var email in (string[])[old.Email, renewed.Email, deleted.Email, Given.NewEmail()])
        {
            var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email, password = "not the password" });
            seen.Answer.Status.ShouldBe(401);
            var check = shop.Spans.Of(seen.TraceId).Single(span => span.DisplayName == "password.check");
            check.GetTagItem("app.password.iterations").ShouldBe(Math.Max(Before, iterations), why);
        }

        // A login makes the old hash one of today, and with the last of them the cost falls.
        await shop.Given.TokenOfAsync(old.Email, old.Password);
        (await shop.ScalarAsync<int>("SELECT max(password_iterations) FROM users.users")).ShouldBe(iterations);
    }
}
