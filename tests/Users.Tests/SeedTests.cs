using ECommerce.Hosting;
using ECommerce.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Users.Tests;

/// <summary>A host that makes its own credentials, as it does for a newcomer.</summary>
public sealed class NewcomersShop : ShopFixture
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings.Remove("Bootstrap:AdminEmail");
        settings.Remove("Bootstrap:AdminPassword");
        settings["Shop:DemoData"] = "true";
    }
}

public sealed class SeedTests(NewcomersShop shop) : IClassFixture<NewcomersShop>
{
    [Fact]
    public async Task The_generated_credentials_in_the_terminal_open_the_door()
    {
        foreach (var (label, count) in new[] { ("Administrator:", 1), ("Demo customers:", 5) })
        {
            var note = shop.Services.GetRequiredService<StartupMessages>().Lines.Single(line => line.StartsWith(label, StringComparison.Ordinal));
            var (emails, password) = note[label.Length..].Split(" / ") is [var left, var right] ? (left.Trim().Split(", "), right) : throw new FormatException(note);

            emails.Length.ShouldBe(count);
            foreach (var email in emails)
                (await shop.Given.TokenOfAsync(email, password)).ShouldNotBeNullOrEmpty();
        }
    }

    [Fact]
    public async Task Seeding_twice_changes_nothing()
    {
        const string Everybody = "SELECT id, email, name, password_hash, role, version FROM users.users ORDER BY id";
        var before = await shop.RowsAsync(Everybody);

        foreach (var seed in shop.Services.GetServices<ISeed>())
            await seed.SeedAsync(CancellationToken.None);

        (await shop.RowsAsync(Everybody)).Select(row => string.Join('|', row.Values)).ShouldBe(before.Select(row => string.Join('|', row.Values)));
    }

    [Fact]
    public async Task Configured_credentials_are_not_shown()
    {
        await using var own = await OwnShop.StartAsync();

        own.Services.GetRequiredService<StartupMessages>().Lines.ShouldNotContain(line => line.Contains("dministrator", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_password_that_no_longer_opens_the_door_is_not_shown()
    {
        await using var own = await OwnShop.StartAsync(("Shop:DemoData", "true"));
        await own.RowsAsync("UPDATE users.users SET password_hash = '' WHERE email = 'ada.lindqvist@shop.example'");
        var notes = own.Services.GetRequiredService<StartupMessages>();

        foreach (var seed in own.Services.GetServices<ISeed>())
            await seed.SeedAsync(CancellationToken.None);

        notes.Lines[^1].ShouldNotContain("ada.lindqvist");
        notes.Lines[^1].ShouldContain("jonas.weber");
    }
}
