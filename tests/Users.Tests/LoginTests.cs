using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class LoginTests(ShopFixture shop)
{
    [Fact]
    public async Task Logging_in_gives_a_token_that_opens_the_door()
    {
        var customer = await shop.Given.ACustomerAsync();

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email = customer.Email.ToUpperInvariant(), password = customer.Password });

        Snapshot.Match(seen);
        var token = seen.Answer.Body.GetProperty("token").GetString()!;
        (await shop.GetAsync("/api/users/me", customer with { Token = token })).Id.ShouldBe(customer.Id);
    }

    [Fact]
    public async Task A_token_says_whose_it_is_and_how_long_it_lives_and_nothing_personal()
    {
        var customer = await shop.Given.ACustomerAsync();

        var login = await shop.PostAsync("/api/users/login", new { email = customer.Email, password = customer.Password });

        var (header, claims) = Read(login.Body.GetProperty("token").GetString()!);
        header.GetProperty("alg").GetString().ShouldBe("ES256");
        header.GetProperty("kid").GetString().ShouldNotBeNullOrEmpty();
        claims.EnumerateObject().Select(claim => claim.Name).Order().ShouldBe(["aud", "cv", "exp", "iat", "iss", "jti", "role", "sub"]);
        claims.GetProperty("sub").GetGuid().ShouldBe(customer.Id);
        claims.GetProperty("role").GetString().ShouldBe("customer");
        var expires = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64());
        expires.ShouldBe(login.Body.GetProperty("expiresAt").GetDateTimeOffset());
        (expires - DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("iat").GetInt64())).ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_email_get_the_same_answer()
    {
        var customer = await shop.Given.ACustomerAsync();

        var wrong = await shop.PostAsync("/api/users/login", new { email = customer.Email, password = "not the password" });
        var unknown = await shop.PostAsync("/api/users/login", new { email = Given.NewEmail(), password = "not the password" });

        wrong.Status.ShouldBe(401);
        wrong.Code.ShouldBe("users.bad_credentials");
        WithoutTrace(unknown).ShouldBe(WithoutTrace(wrong));
    }

    [Fact]
    public async Task A_refused_login_tells_the_metrics_why_and_the_caller_nothing()
    {
        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users/login", new { email = Given.NewEmail(), password = "not the password" });

        Snapshot.Match(seen);
    }

    [Theory]
    [InlineData("""{ "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "nobody", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada@b.example" }""", "password")]
    [InlineData("""{ "email": "ada@b.example", "password": "" }""", "password")]
    public async Task A_login_without_an_email_or_a_password_is_refused_and_names_the_field(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await shop.PostAsync("/api/users/login", content);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_hash_that_has_become_too_cheap_is_renewed_by_a_login()
    {
        var customer = await shop.Given.ACustomerAsync();
        var cheap = new PasswordHasher<object>(Options.Create(new PasswordHasherOptions { IterationCount = 1 })).HashPassword(customer, customer.Password);
        await shop.RowsAsync("UPDATE users.users SET password_hash = @cheap WHERE id = @Id", new { cheap, customer.Id });

        await shop.Given.TokenOfAsync(customer.Email, customer.Password);

        (await shop.ScalarAsync<string>("SELECT password_hash FROM users.users WHERE id = @Id", customer)).ShouldNotBe(cheap);
        (await shop.Given.TokenOfAsync(customer.Email, customer.Password)).ShouldNotBeNullOrEmpty();
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(200, "a renewed hash is not a changed password");
    }

    private static (JsonElement Header, JsonElement Claims) Read(string token)
    {
        var parts = token.Split('.').Take(2).Select(part => JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(part))).ToArray();
        return (parts[0], parts[1]);
    }

    private static string WithoutTrace(Answer answer) =>
        string.Join('\n', answer.Body.EnumerateObject().Where(member => member.Name != "traceId").Select(member => member.ToString()));
}
