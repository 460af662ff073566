using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>The ways from one page to the next that an operator goes, by clicks alone.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class JourneyTests(ConsoleShop shop)
{
    [BrowserFact]
    public async Task An_exemplar_leads_to_its_trace_the_trace_to_its_lines_and_a_line_back_to_its_span()
    {
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync("/console/metrics?family=http_request_duration_seconds&value=p95&paused=1");

        // By the keyboard: dots lie over each other where requests came together.
        await tab.Page.Locator(".chart a[href*='/console/traces/']").First.FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.WaitForURLAsync(address => address.Contains("/console/traces/", StringComparison.Ordinal));
        await tab.Page.Locator(".span-row").First.WaitForAsync();
        await tab.FollowAsync(tab.Page.GetByRole(AriaRole.Link, new() { Name = "Log records", Exact = true }), "Logs");
        await tab.FollowAsync(tab.Page.Locator(".log-line").First.GetByRole(AriaRole.Link, new() { NameRegex = new("^Trace ") }), "Trace");

        await tab.Page.GetByLabel("Span", new() { Exact = true }).WaitForAsync();
        tab.Complaints.ShouldBeEmpty();
    }

    [BrowserTheory]
    [InlineData("/console/traces?range=5m")]
    [InlineData("/console/differs?range=5m")]
    public async Task What_a_drag_over_the_heat_map_selects_can_be_selected_by_the_keyboard(string path)
    {
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync(path);

        await tab.Page.GetByText("Select by value").FocusAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        foreach (var value in new[] { "2026-01-01T00:00:00Z", "", "2ms" })
        {
            await tab.Page.Keyboard.PressAsync("Tab");
            await tab.Page.Keyboard.TypeAsync(value);
        }
        await tab.Page.Keyboard.PressAsync("Enter");

        await tab.Page.WaitForURLAsync(address => address.Contains("2026-01-01", StringComparison.Ordinal) && address.Contains("shortest=2ms", StringComparison.Ordinal));
        tab.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task The_overview_leads_to_the_failed_request_and_its_exception()
    {
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync("/console/traces?range=15m");

        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "failed", Exact = true }).ClickAsync();
        await tab.Page.WaitForURLAsync(address => address.Contains("status", StringComparison.Ordinal));
        await tab.FollowAsync(tab.Page.Locator("tbody tr").Filter(new() { HasText = "POST /api/orders" }).First.GetByRole(AriaRole.Link), "Trace");

        await tab.Page.Locator(".span-name a.bad").First.ClickAsync();
        await tab.Page.GetByLabel("Span", new() { Exact = true }).GetByText("failed").First.WaitForAsync();
        await tab.ShootAsync("journey-failed");
        tab.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task A_session_is_exported_imported_and_looked_at_beside_the_host()
    {
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync("/console/sessions");
        var download = await tab.Page.RunAndWaitForDownloadAsync(() => tab.Page.GetByRole(AriaRole.Link, new() { Name = "All that is kept" }).ClickAsync());
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.zip");
        await download.SaveAsAsync(file);

        await tab.Page.Locator("input[type=file]").SetInputFilesAsync(file);
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        var row = tab.Page.Locator("tbody tr").First;
        await row.WaitForAsync();
        File.Delete(file);
        await tab.LiveAsync();
        await tab.ShootAsync("journey-sessions");

        await tab.FollowAsync(row.GetByRole(AriaRole.Link, new() { Name = "Traces" }), "Traces");
        await tab.Page.GetByText("This is the imported session").WaitForAsync();
        await tab.FollowAsync(tab.Page.Locator("tbody td a").First, "Trace");
        await tab.Page.GetByText("This is the imported session").WaitForAsync();
        tab.Page.Url.ShouldContain("session=");
        await tab.ShootAsync("journey-imported");
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Back to this host" }).ClickAsync();
        await tab.Page.GetByText("This is the imported session").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        tab.Complaints.ShouldBeEmpty();
    }
}
