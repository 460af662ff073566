using System.Net;

namespace ECommerce.Browser.Tests;

/// <summary>Texts of strangers, in every field that a stranger can write, are shown and do nothing.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class HostileTests(ConsoleShop shop)
{
    [BrowserTheory]
    [InlineData("/console/logs?range=15m&filter=onerror")]
    [InlineData("/console/traces?range=15m&filter=onerror")]
    [InlineData("/console/traces?filter=%3Cimg%20src%3Dx%20onerror%3D%22window.harmed%3D1%22%3E")]
    [InlineData("/console/logs?filter=%22%3Cscript%3Ewindow.harmed%3D1%3C/script%3E%22&range=%3Cscript%3E&session=%3Cimg%20src=x%20onerror=window.harmed=1%3E")]
    [InlineData("/console/metrics?family=%3Cimg%20src%3Dx%20onerror%3Dwindow.harmed%3D1%3E&match=%3Cscript%3E%3D%3Cb%3E")]
    [InlineData("/console/sessions?refused=%3Cimg%20src%3Dx%20onerror%3Dwindow.harmed%3D1%3E")]
    [InlineData("/console/runbooks/%3Cimg%20src=x%20onerror=window.harmed=1%3E")]
    [InlineData("/console/differs?selected=%3Cimg%20src=x%20onerror=window.harmed=1%3E")]
    public async Task A_hostile_text_does_no_harm(string path)
    {
        await using var tab = await shop.OpenAsync(of: path);

        await tab.Page.GotoAsync(shop.Address + path);
        await tab.Page.Locator("main h1").First.WaitForAsync();
        await tab.LiveAsync();

        await IsHarmlessAsync(tab);
        // A missing page is answered with 404, about which the browser complains by itself.
        tab.Complaints.Where(one => !one.Contains("404", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [BrowserTheory]
    [InlineData("name:\"GET /api/products\" attr.user_agent.original:*onerror*")] // a header, as it was sent
    [InlineData("attr.url.path:*onerror*")] // escaped by the client
    public async Task A_span_with_a_hostile_text_shows_it_as_text(string filter)
    {
        await using var tab = await shop.OpenAsync(of: $"-{filter}");
        await tab.GoAsync($"/console/traces?range=15m&filter={Uri.EscapeDataString(filter)}");

        await tab.FollowAsync(tab.Page.Locator("tbody td a").First, "Trace");
        await tab.Page.Locator(".span-name a").First.ClickAsync();
        await tab.Page.GetByLabel("Span", new() { Exact = true }).GetByText("onerror").First.WaitForAsync();

        await tab.ShootAsync("hostile");
        await IsHarmlessAsync(tab);
        tab.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_session_with_a_hostile_text_in_every_field_shows_it_as_text_on_every_page()
    {
        var at = DateTimeOffset.UtcNow;
        using var zip = new ByteArrayContent(HostileSession.At(at));
        using var answer = await shop.Host.Operator.PostAsync(new Uri("/ops/api/import?name=hostile", UriKind.Relative), zip);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        var when = $"session=hostile&from={at.AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ}&to={at.AddMinutes(1):yyyy-MM-ddTHH:mm:ssZ}";
        await using var tab = await shop.OpenAsync();

        foreach (var path in new[]
        {
            $"traces?{when}", $"traces/{HostileSession.Trace}?{when}&span={HostileSession.Span}", $"traces/{HostileSession.Trace}?{when}&view=story", $"logs?{when}",
            $"metrics?{when}&family={HostileSession.Family}&value=raw", $"map?{when}",
        })
        {
            await tab.GoAsync($"/console/{path}");
            (await tab.Page.Locator("main").TextContentAsync())!.ShouldContain("<img src=x onerror=", Case.Sensitive, path);
            await IsHarmlessAsync(tab);
            await tab.ShootAsync($"hostile-session-{path.Split('?')[0].Split('/')[0]}");
        }
        tab.Complaints.ShouldBeEmpty();
    }

    private static async Task IsHarmlessAsync(Tab tab)
    {
        (await tab.Page.EvaluateAsync<bool>("() => 'harmed' in window")).ShouldBeFalse();
        (await tab.Page.Locator("img, main script").CountAsync()).ShouldBe(0);
        (await tab.Page.Locator("main").TextContentAsync())!.IndexOfAny(['\u202e', '\u001b']).ShouldBe(-1, tab.Page.Url);
    }
}
