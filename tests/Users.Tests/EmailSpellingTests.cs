using ECommerce.Modules;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Users.Tests;

/// <summary>Spellings of one address, as code points and not as letters: an editor would normalise them.</summary>
[Collection(nameof(Shop))]
public sealed class EmailSpellingTests(ShopFixture shop)
{
    private const string Password = "correct horse battery";

    [Theory]
    [InlineData("zo\u00eb", "zoe\u0308", "composed and decomposed")]
    [InlineData("ada", "\uff41\uff44\uff41", "full width")]
    [InlineData("\uac00\ub098", "\u1100\u1161\u1102\u1161", "Hangul and its letters")]
    [InlineData("\u30ab\u30bf", "\uff76\uff80", "half width")]
    [InlineData("office", "o\ufb03ce", "a ligature")]
    [InlineData("\u03c3\u03c3", "\u03a3\u03c2", "the two small sigmas")]
    [InlineData("k", "\u212a", "the Kelvin sign")]
    [InlineData("q\u0323\u0307", "q\u0307\u0323", "marks in another order")]
    public async Task Two_spellings_of_an_address_are_one_account(string one, string other, string what)
    {
        var unique = Guid.NewGuid().ToString("N");
        (await RegisterAsync($"{one}.{unique}@shop.example")).Status.ShouldBe(201);

        var second = await RegisterAsync($"{other}.{unique}@shop.example");

        (second.Status, second.Code).ShouldBe((409, "users.email_taken"), what);
        (await shop.Given.TokenOfAsync($"{other}.{unique}@shop.example", Password)).ShouldNotBeEmpty();
        var third = await shop.Given.ACustomerAsync();
        (await shop.PutAsync($"/api/users/{third.Id}", new { email = $"{other}.{unique}@shop.example" }, third)).Status.ShouldNotBe(200);
    }

    [Theory]
    [InlineData("ad\u034fa", "combining grapheme joiner")]
    [InlineData("ad\u00ada", "soft hyphen")]
    [InlineData("ad\u200ba", "zero width space")]
    [InlineData("ad\u200da", "zero width joiner")]
    [InlineData("ad\u2060a", "word joiner")]
    [InlineData("ad\u202ea", "right-to-left override")]
    [InlineData("ad\u2066a", "isolate")]
    [InlineData("ad\ufe0fa", "variation selector")]
    [InlineData("ad\U000e0101a", "variation selector, supplement")]
    [InlineData("ad\U000e0061a", "tag")]
    [InlineData("ad\u3164a", "Hangul filler")]
    [InlineData("ad\u115fa", "Hangul leading filler")]
    [InlineData("ad\u17b5a", "Khmer inherent vowel")]
    [InlineData("ad\u180ba", "Mongolian selector")]
    [InlineData("ad\u2800a", "Braille blank")]
    [InlineData("ad\ue000a", "private use")]
    [InlineData("ad\u0378a", "unassigned")]
    [InlineData("ad\uffffa", "no character")]
    [InlineData("ad\u0085a", "control")]
    [InlineData("\u0301ada", "combining mark first")]
    [InlineData("ada.\u0301b", "combining mark behind a dot")]
    [InlineData("a\uff20da", "full-width @")]
    [InlineData("a\u00a8da", "a form that holds a space")]
    public async Task What_cannot_be_seen_in_an_address_is_refused(string local, string what)
    {
        var answer = await RegisterAsync($"{local}{Guid.NewGuid():N}@shop.example");

        (answer.Status, answer.Code).ShouldBe((400, "validation_failed"), what);
        answer.Fields.ShouldBe(["email"], what);
    }

    [Fact]
    public async Task An_address_that_grows_beyond_bounds_when_it_is_compared_is_refused()
    {
        // One code point becomes eighteen.
        var answer = await RegisterAsync($"{new string('\ufdfa', 200)}{Guid.NewGuid():N}@b.example");

        (answer.Status, answer.Fields.Single()).ShouldBe((400, "email"));
    }

    [Theory]
    [InlineData("Ada \u202eecalevoL")]
    [InlineData("Ada\u200b Lovelace")]
    [InlineData("\u0301Ada")]
    [InlineData("Ada \u0301")]
    [InlineData("\u3164\u3164")]
    [InlineData("\u2800\u2800")]
    [InlineData("Ada\u200dLovelace")]
    [InlineData("Ad\ue001a")]
    [InlineData("Ada\u2028forged")]
    public async Task What_cannot_be_seen_in_a_name_is_refused(string name)
    {
        var answer = await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name, password = Password });

        (answer.Status, answer.Fields.Single()).ShouldBe((400, "name"), answer.Text);
    }

    [Theory]
    [InlineData("Zoe\u0308 N\u0169a")]
    [InlineData("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627")]
    [InlineData("\u2764\ufe0f Ada")]
    [InlineData("\U0001f469\u200d\U0001f680 Sally")]
    [InlineData("O\u2019Brien-\u0141ukasz")]
    public async Task What_people_are_called_is_accepted(string name)
    {
        var answer = await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name, password = Password });

        answer.Status.ShouldBe(201, answer.Text);
        answer.Body.GetProperty("name").GetString().ShouldBe(name);
    }

    [Fact]
    public async Task The_migration_joins_no_accounts_and_shuts_nobody_out()
    {
        await using var own = await OwnShop.StartAsync();
        async Task<Guid> FormerlyAsync(string email)
        {
            var customer = await own.Given.ACustomerAsync(password: Password);
            await own.RowsAsync("UPDATE users.users SET email = @email, email_key = lower(@email) WHERE id = @Id", new { email, customer.Id });
            return customer.Id;
        }

        var (alone, wide) = (await FormerlyAsync("zoe\u0308@shop.example"), await FormerlyAsync("\uff41\uff44\uff41@shop.example"));
        var (composed, decomposed) = (await FormerlyAsync("ren\u00e9@shop.example"), await FormerlyAsync("rene\u0301@shop.example"));
        var (elder, younger) = (await FormerlyAsync("o\ufb03ce@shop.example"), await FormerlyAsync("o\ufb00ice@shop.example"));

        await own.RowsAsync(ScriptOf(own, "0003_email_keys.sql"));
        await own.RowsAsync(ScriptOf(own, "0003_email_keys.sql"));

        (await WhoAsync(own, "zo\u00eb@shop.example")).ShouldBe(alone);
        (await WhoAsync(own, "zoe\u0308@shop.example")).ShouldBe(alone);
        (await WhoAsync(own, "ADA@shop.example")).ShouldBe(wide);
        (await WhoAsync(own, "ren\u00e9@shop.example")).ShouldBe(composed);
        (await WhoAsync(own, "rene\u0301@shop.example")).ShouldBe(decomposed, "both keep the spelling they registered with");
        (await WhoAsync(own, "office@shop.example")).ShouldBe(elder);
        (await WhoAsync(own, "o\ufb00ice@shop.example")).ShouldBe(younger);
    }

    private Task<Answer> RegisterAsync(string email) => shop.PostAsync("/api/users", new { email, name = "Ada Lovelace", password = Password });

    private static async Task<Guid> WhoAsync(ShopFixture own, string email) =>
        (await own.PostAsync("/api/users/login", new { email, password = Password })).Body.GetProperty("user").GetProperty("id").GetGuid();

    private static string ScriptOf(ShopFixture own, string name)
    {
        var module = own.Services.GetServices<IModule>().Single(module => module.Name == "users");
        using var reader = new StreamReader(module.GetType().Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
