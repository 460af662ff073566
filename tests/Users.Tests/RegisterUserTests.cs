using System.Text;

namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class RegisterUserTests(ShopFixture shop)
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task Registering_makes_a_customer_and_tells_the_others_once()
    {
        var email = Given.NewEmail();

        var seen = await shop.ObserveAsync(HttpMethod.Post, "/api/users", new { email, name = "Ada Lovelace", password = Password });

        Snapshot.Match(seen.With("rows", await shop.RowsAsync(
            "SELECT email, email_key, name, role, credentials_version, version, deleted_at FROM users.users WHERE email = @email", new { email })));
    }

    [Fact]
    public async Task An_email_can_be_registered_once_whatever_its_case()
    {
        var customer = await shop.Given.ACustomerAsync();

        var again = await shop.PostAsync("/api/users", new { email = customer.Email.ToUpperInvariant(), name = "Somebody Else", password = Password });

        again.Status.ShouldBe(409);
        again.Code.ShouldBe("users.email_taken");
    }

    [Fact]
    public async Task An_email_beyond_ASCII_is_compared_without_case_too()
    {
        var unique = Guid.NewGuid().ToString("N");
        var first = await shop.PostAsync("/api/users", new { email = $"ärger-{unique}@shop.example", name = "Änne", password = Password });
        var second = await shop.PostAsync("/api/users", new { email = $"ÄRGER-{unique}@shop.example", name = "Änne", password = Password });

        first.Status.ShouldBe(201);
        second.Status.ShouldBe(409);
    }

    [Fact]
    public async Task Of_twenty_who_register_one_email_at_once_one_gets_it()
    {
        var email = Given.NewEmail();

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PostAsync("/api/users", new { email, name = "Ada Lovelace", password = Password })));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Count(answer => answer.Code == "users.email_taken").ShouldBe(19);
    }

    [Fact]
    public async Task Who_waits_too_long_behind_slow_hashes_is_told_so_once()
    {
        await using var own = await OwnShop.StartAsync(("Limits:RequestTimeout", "00:00:00.200"), ("Passwords:Iterations", "1000000"));
        var atOnce = Environment.ProcessorCount + 2;

        var answers = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ =>
            own.PostAsync("/api/users", new { email = Given.NewEmail(), name = "Ada Lovelace", password = Password })));

        answers.ShouldContain(answer => answer.Status == 504 && answer.Code == "timeout");
    }

    [Theory]
    [InlineData("""{ "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": null, "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada@", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "a@b@c", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada @b.example", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada\u200b@b.example", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada\u0000@b.example", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada\ud800@b.example", "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": 1, "name": "Ada", "password": "long enough" }""", "email")]
    [InlineData("""{ "email": "ada@b.example", "password": "long enough" }""", "name")]
    [InlineData("""{ "email": "ada@b.example", "name": "A", "password": "long enough" }""", "name")]
    [InlineData("""{ "email": "ada@b.example", "name": "   ", "password": "long enough" }""", "name")]
    [InlineData("""{ "email": "ada@b.example", "name": "Ada\nforged log line", "password": "long enough" }""", "name")]
    [InlineData("""{ "email": "ada@b.example", "name": "Ada" }""", "password")]
    [InlineData("""{ "email": "ada@b.example", "name": "Ada", "password": "7 chars" }""", "password")]
    [InlineData("""{ "email": "ada@b.example", "name": "Ada", "password": "long enough", "role": "admin" }""", "role")]
    public async Task A_registration_that_breaks_a_rule_is_refused_and_names_the_field(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await shop.PostAsync("/api/users", content);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Fields.ShouldBe([field], answer.Text);
    }

    [Theory]
    [InlineData(244, 100, 128, 201)]
    [InlineData(245, 100, 128, 400)]
    [InlineData(244, 101, 128, 400)]
    [InlineData(244, 100, 129, 400)]
    public async Task The_longest_email_name_and_password_are_accepted_and_nothing_longer(int local, int name, int password, int status)
    {
        var start = Guid.NewGuid().ToString("N");

        var answer = await shop.PostAsync("/api/users", new
        {
            email = $"{start}{new string('x', local - start.Length)}@b.example",
            name = new string('n', name),
            password = new string('p', password),
        });

        answer.Status.ShouldBe(status, answer.Text);
    }

    [Fact]
    public async Task A_name_of_one_emoji_is_long_enough()
    {
        var answer = await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = "🦉", password = Password });

        answer.Status.ShouldBe(201);
    }
}
