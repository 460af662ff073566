using System.Text.RegularExpressions;

namespace ECommerce.Browser.Tests;

/// <summary>
/// The package made of <c>src/Shared/Console</c>, in an empty web application elsewhere, with the two lines of the package's page: its first four pages in a browser.
/// </summary>
[Trait("Category", "Running")]
public sealed partial class PackageTests
{
    [BrowserFact]
    public async Task An_empty_web_application_with_two_more_lines_has_overview_traces_logs_and_metrics()
    {
        var built = await EmptyWebApp.BuildAsync("Observability.Console", "Console", "Observability");
        await using var app = await built.StartAsync(("ASPNETCORE_ENVIRONMENT", "Development"));
        await using var chromium = await Chromium.StartAsync();
        var traceId = (await app.Client.GetAsync("/")).Headers.GetValues("X-Trace-Id").Single();
        var context = await chromium.Browser.NewContextAsync();
        await using var tab = new Tab(context, await context.NewPageAsync(), app.Address.ToString().TrimEnd('/'), nameof(PackageTests));

        await tab.Page.GotoAsync(await Eventually.GetAsync(() => LinkInTerminal().Match(app.Written) is { Success: true } link ? link.Groups["link"].Value : null));
        await tab.ArriveAsync("Overview");
        await tab.Page.Locator("section[aria-labelledby=modules] tbody th").GetByText("Tills").WaitForAsync();

        await tab.GoAsync("/console/traces");
        await tab.FollowAsync(tab.Page.Locator($"tbody a[href*='{traceId}']"), "Trace");
        await tab.Page.Locator(".span-row").GetByText("GET /", new() { Exact = true }).WaitForAsync();

        await tab.GoAsync($"/console/logs?filter=trace:{traceId}");
        await tab.Page.Locator(".log-line").First.WaitForAsync();

        await tab.GoAsync("/console/metrics?family=http_requests_total&value=raw");
        await tab.Page.Locator("section[aria-labelledby=series] tbody tr").First.GetByText("path=/").WaitForAsync();
        tab.Complaints.ShouldBeEmpty();
    }

    [GeneratedRegex(@"^Look at it: (?<link>\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex LinkInTerminal();
}
