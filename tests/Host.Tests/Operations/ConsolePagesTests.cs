using System.ComponentModel;
using System.Net;
using System.Reflection;
using ECommerce.Faults;
using ECommerce.Host.Console;
using ECommerce.Host.Console.Operate;
using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Operations;

/// <summary>The pages that the shop adds to the console, as the host draws them at first.</summary>
public sealed class ConsolePagesTests(ConsolePagesTests.Shop shop) : IClassFixture<ConsolePagesTests.Shop>
{
    private const string Marker = "marker-of-a-secret";
    private const string ReadKey = $"{Marker}-read-key";

    /// <summary>A shop in which every secret that can have any text has the marker.</summary>
    public sealed class Shop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            settings["Console:ReadKey"] = ReadKey;
            settings["Bootstrap:AdminPassword"] = $"{Marker}-password";
            settings["Bootstrap:AdminEmail"] = $"{Marker}@shop.example";
            settings["Broker:Address"] = $"amqp://user:{Marker}@127.0.0.1:1/";
            settings["Shop:DemoData"] = "false";
        }
    }

    [Fact]
    public async Task The_settings_show_names_values_and_sources_and_never_a_secret()
    {
        var page = await PageAsync("/console/operate?tab=settings");

        page.ShouldContain("Limits__Burst");
        page.ShouldContain("1000000");
        page.ShouldNotContain(Marker);
        page.ShouldNotContain(shop.ManagementKey);
        page.ShouldNotContain(shop.ConnectionString);
        foreach (var (section, property) in Secrets())
            page.ShouldContain($"{section.Name}__{property.Name}");
        page.Split("is set</td>").Length.ShouldBeGreaterThan(5, "Console__ReadKey, Management__Key, both of Bootstrap, Broker__Address, the connection string");
    }

    [Fact]
    public void Every_setting_whose_name_sounds_like_a_secret_is_one()
    {
        string[] harmless = ["Contracts__TrustedKeys", "Management__WrongKeys", "Limits__FailedLoginsPerMinute"];
        string[] words = ["Key", "Password", "Secret", "Token", "Credential"];
        var known = Secrets().Select(secret => $"{secret.Section.Name}__{secret.Property.Name}").ToArray();

        known.ShouldContain("Broker__Address");
        shop.Services.GetServices<SettingsSection>().SelectMany(section => section.Properties, (section, property) => (section, property))
            .Where(one => words.Any(word => one.property.Name.Contains(word, StringComparison.Ordinal)))
            .Select(one => $"{one.section.Name}__{one.property.Name}").Except(harmless).Except(known)
            .ShouldBeEmpty("Give it [PasswordPropertyText(true)], so that the console does not show its value.");
    }

    [Fact]
    public async Task A_page_without_a_session_leads_to_the_sign_in_and_back()
    {
        using var client = Browser();
        using var answer = await client.GetAsync("/console/operate?tab=levels");

        (answer.StatusCode, answer.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.Redirect, "/console/sign-in?to=%2Fconsole%2Foperate%3Ftab%3Dlevels"));
    }

    [Fact]
    public async Task A_session_for_reading_sees_everything_and_presses_nothing()
    {
        foreach (var page in new[] { "/console/operate", "/console/operate?tab=levels", "/console/operate?tab=health", "/console/profiles" })
        {
            var html = await PageAsync(page, ReadKey);
            html.ShouldContain("disabled");
            Buttons(html).Where(button => !button.Contains("disabled", StringComparison.Ordinal)).ShouldAllBe(button =>
                button.Contains("Sign out") || button.Contains("data-theme-switch"), page);
            Buttons(await PageAsync(page, shop.ManagementKey)).ShouldContain(button => !button.Contains("disabled", StringComparison.Ordinal) && !button.Contains("Sign out"));
        }
    }

    [Theory]
    [InlineData("/console/operate", "payment_declined")]
    [InlineData("/console/operate?tab=outbox", "Dead letters")]
    [InlineData("/console/operate?tab=levels", "npgsql")]
    [InlineData("/console/operate?tab=health", "Readiness is")]
    [InlineData("/console/operate?tab=nonsense", "payment_declined")]
    [InlineData("/console/profiles", "Heap and pauses")]
    [InlineData("/console/profiles?profile=99&compare=-1&zoom=1.2.x", "Heap and pauses")]
    public async Task A_page_is_drawn_without_a_style_attribute_and_a_script_of_its_own(string path, string text)
    {
        var html = await PageAsync(path);

        html.ShouldContain(text);
        html.ShouldNotContain("style=");
        html.ShouldNotContain("<script>");
        html.Replace(shop.Management.BaseAddress!.AbsoluteUri, "/", StringComparison.Ordinal).ShouldNotContain("http://");
    }

    [Fact]
    public async Task The_heap_and_the_pauses_are_drawn_over_time() => await Eventually.TrueAsync(
        async () => await PageAsync("/console/profiles") is var html && html.Contains("data-name=\"gen2\"", StringComparison.Ordinal)
            && html.Contains("data-name=\"Time in pauses\"", StringComparison.Ordinal),
        "both charts have a line");

    [Fact]
    public async Task A_dead_letter_is_listed_without_its_payload_and_can_be_redriven()
    {
        var id = await shop.ScalarAsync<Guid>(
            """
            INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, attempts, next_attempt_at, dead_at, last_error)
            VALUES (@id, @id, 'users.user-deleted.v1', '{ "text": "what somebody wrote" }'::jsonb, now(), 10, now(), now(), 'TimeoutException')
            RETURNING id
            """,
            new { id = Guid.CreateVersion7() });
        var page = await PageAsync("/console/operate?tab=outbox");

        page.ShouldContain(id.ToString());
        page.ShouldContain("TimeoutException");
        page.ShouldContain("Redrive");
        page.ShouldNotContain("what somebody wrote");
    }

    [Fact]
    public async Task A_browser_keeps_style_and_scripts_and_no_page()
    {
        using var client = Browser();
        using var entered = await client.PostAsync("/console/sign-in", new FormUrlEncodedContent([new("key", shop.ManagementKey)]));
        using var page = await client.GetAsync("/console/operate");
        page.Headers.CacheControl!.NoStore.ShouldBeTrue();
        page.Headers.Contains("Set-Cookie").ShouldBeFalse("there is one cookie, that of the session");

        var html = await page.Content.ReadAsStringAsync();
        foreach (var name in new[] { "console.css", "console.js", "blazor.web.js", "theme.js" })
        {
            using var asset = await client.GetAsync($"/console/assets/{name}{html.Split($"/console/assets/{name}")[1].Split('"')[0]}");
            asset.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(365), name);
        }
    }

    [Fact]
    public void A_form_is_read_as_the_body_of_the_operation_is()
    {
        var (faults, parser) = (shop.Services.GetRequiredService<FaultCatalogue>(), shop.Services.GetRequiredService<FaultParser>());
        var injector = shop.Services.GetRequiredService<FaultInjector>();
        var form = new FaultForm(faults.Find("latency")!, faults) { ["slice"] = "GetOrderStats", ["percentage"] = "1", ["latency"] = "1ms", ["for"] = "00:00:05" };

        form.Enable(parser, injector).ShouldBeNull();
        var (fault, _) = injector.Of(form.Kind)!.Value;
        (fault.Slice, fault.Percentage, fault.Time, fault.Amounts["latency"]).ShouldBe(("GetOrderStats", 1, TimeSpan.FromSeconds(5), TimeSpan.TicksPerMillisecond));

        form["percentage"] = "101";
        form.Enable(parser, injector).ShouldBe("percentage: Must be a whole number between 1 and 100.");
        form["percentage"] = "some";
        form.Enable(parser, injector)!.ShouldStartWith("percentage: ");
        (form["percentage"], form["for"]) = ("", "05:00:00");
        form.Enable(parser, injector)!.ShouldStartWith("for: ");
    }

    [Fact]
    public void A_payload_is_shown_without_what_people_have_written()
    {
        var id = Guid.NewGuid();
        var text = RedactedPayload.Of($$"""{"userId":"{{id}}","email":"ada@shop.example","at":"2026-01-31T23:59:59.1234567+00:00","total":{"amount":12.50,"currency":"EUR"},"lines":["a name",{"n":1}],"ok":true,"none":null}""");

        foreach (var kept in new[] { id.ToString(), "email", "2026-01-31T23:59:59", "12.50", "EUR", "true", "null" })
            text.ShouldContain(kept);
        text.ShouldNotContain("ada@");
        text.ShouldNotContain("a name");
        RedactedPayload.Of("not JSON").ShouldBe("…");
        RedactedPayload.Of($"[{string.Join(',', Enumerable.Repeat("1", 100_000))}]").Length.ShouldBeLessThan(5_000);
    }

    private static IEnumerable<string> Buttons(string html) => html.Split("<button").Skip(1).Select(part => part.Split("</button>")[0]);

    private IEnumerable<(SettingsSection Section, PropertyInfo Property)> Secrets() => shop.Services.GetServices<SettingsSection>()
        .SelectMany(section => section.Properties, (section, property) => (section, property))
        .Where(one => one.property.GetCustomAttribute<PasswordPropertyTextAttribute>() is { Password: true });

    private HttpClient Browser() => new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = shop.Management.BaseAddress };

    private async Task<string> PageAsync(string path, string? key = null)
    {
        using var client = Browser();
        using var entered = await client.PostAsync("/console/sign-in", new FormUrlEncodedContent([new("key", key ?? shop.ManagementKey)]));
        entered.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return await client.GetStringAsync(path);
    }
}
