using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>What holds for every page of the console, with real traffic behind it.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class PageTests(ConsoleShop shop)
{
    private const int Phone = 390;

    public static TheoryData<string> Paths() =>
        ["/console", "/console/traces", "/console/traces/{order}", "/console/logs", "/console/metrics", "/console/map", "/console/differs",
         "/console/alerts", "/console/runbooks", "/console/operate", "/console/profiles", "/console/sessions"];

    [BrowserTheory]
    [MemberData(nameof(Paths))]
    public async Task A_page_is_quiet_asks_nobody_else_and_is_legible_light_and_dark_and_at_every_width(string path)
    {
        List<string> wrong = [];
        foreach (var (width, isDark) in new[] { (1280, false), (1920, true), (Phone, false) })
        {
            await using var tab = await shop.OpenAsync(width, isDark, width == Phone ? 844 : 900, $"-{Name(path)}-{width}");
            await tab.GoAsync(path.Replace("{order}", shop.OrderTrace, StringComparison.Ordinal));
            var where = $"{path} at {width}, {(isDark ? "dark" : "light")}";

            await tab.ShootAsync($"{Name(path)}-{width}{(isDark ? "-dark" : "")}");
            wrong.AddRange((await tab.AxeAsync()).Concat(tab.Complaints).Select(one => $"{where}: {one}"));
            if (await tab.OverflowAsync() is > 0 and var pixels)
                wrong.Add($"{where}: {pixels} pixels wider than the window");
        }
        wrong.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_page_is_there_without_script_and_says_so_in_its_headers()
    {
        await using var tab = await shop.OpenAsync();

        var answer = await tab.GoAsync("/console");

        var headers = await answer.AllHeadersAsync();
        headers["content-security-policy"].ShouldContain("default-src 'self'");
        headers["content-security-policy"].ShouldNotContain("unsafe");
        (await answer.TextAsync()).ShouldContain("<h1");
    }

    [BrowserFact]
    public async Task A_link_that_is_clicked_before_the_circuit_is_there_keeps_the_chosen_theme()
    {
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync("/console");
        await tab.Page.GetByLabel("Switch between light and dark").ClickAsync();
        await tab.Page.RouteAsync("**/_blazor/**", static request => request.AbortAsync());
        await tab.Page.ReloadAsync();
        await tab.Page.Locator("html[data-ready]").WaitForAsync();

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Logs", Exact = true }).ClickAsync();
        await tab.Page.Locator("main h1").GetByText("Logs").WaitForAsync();
        await tab.Page.Locator("html[data-ready]").WaitForAsync();

        (await tab.Page.Locator("html").GetAttributeAsync("data-theme")).ShouldBe("dark");
    }

    [BrowserFact]
    public async Task A_stranger_is_sent_to_sign_in_and_sees_nothing_of_a_page()
    {
        await using var tab = await shop.OpenAsStrangerAsync();

        await tab.Page.GotoAsync($"{shop.Address}/console/logs");

        tab.Page.Url.ShouldContain("/console/sign-in");
        (await tab.AxeAsync()).ShouldBeEmpty();
        await tab.ShootAsync("sign-in");
    }

    private static string Name(string path) => path.Replace("{order}", "one", StringComparison.Ordinal).Trim('/').Replace('/', '-');
}
