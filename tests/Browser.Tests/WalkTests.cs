using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Playwright;
using Xunit.Abstractions;

namespace ECommerce.Browser.Tests;

/// <summary>The two long ways of an operator, from the overview to the cause, by clicks alone.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class WalkTests(ConsoleShop shop, ITestOutputHelper output)
{
    [BrowserFact]
    public async Task The_number_of_orders_leads_to_an_order_its_SQL_and_across_the_outbox_to_the_module_that_handled_it()
    {
        await using var tab = await shop.OpenAsync();
        var page = tab.Page;
        await tab.GoAsync("/console");
        var started = Stopwatch.GetTimestamp();

        await tab.FollowAsync(page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Orders [0-9]") }), "Metrics");
        (await page.Locator("h2#family").TextContentAsync()).ShouldBe("orders_placed_total");
        Step("the family of the number");

        await tab.FollowAsync(page.Locator(".chart a:has(.dot:not(.gone))").Last, "Trace");
        await page.Locator(".span-row").GetByText("POST /api/orders").First.WaitForAsync();
        var trace = new Uri(page.Url).Segments[^1];
        Step("the trace of an order");

        await ShowAsync(tab, "INSERT orders.outbox", "INSERT INTO orders.outbox");
        await tab.ShootAsync("walk-sql");
        Step("the SQL that puts the event into the outbox");

        await page.GetByRole(AriaRole.Link, new() { Name = "Story" }).ClickAsync();
        var handled = page.Locator($"svg.story a[href*='/console/traces/']:not([href*='{trace}'])").Filter(new() { HasText = "process OrderPlaced" }).First;
        await handled.WaitForAsync();
        await tab.ShootAsync("walk-story");
        await handled.ClickAsync();
        await page.WaitForURLAsync(address => address.Contains("/console/traces/", StringComparison.Ordinal) && !address.Contains(trace, StringComparison.Ordinal));
        await page.Locator(".span-row").GetByText("process OrderPlaced").First.WaitForAsync();
        Step("the handling of the event");

        var span = await ShowAsync(tab, "UPDATE products.reservations", "UPDATE products.reservations SET state = 'claimed'");
        await span.Locator("tr").Filter(new() { HasText = "app.module" }).GetByText("products").WaitForAsync();
        await tab.ShootAsync("walk-handler");
        Step("the SQL of the other module");
        tab.Complaints.ShouldBeEmpty();

        void Step(string what) => output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s: {what}");
    }

    [BrowserFact]
    public async Task A_firing_alert_leads_to_its_runbook_whose_queries_have_their_answers_in_place()
    {
        const int MoreThanAllowed = 12;
        for (var i = 0; i < MoreThanAllowed; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { Host = "elsewhere.example" } };
            using var refused = await shop.Host.Management.SendAsync(request);
            refused.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
        }
        await using var tab = await shop.OpenAsync();
        await tab.GoAsync("/console");

        var alert = tab.Page.Locator("tr").Filter(new() { HasText = "ManagementRefusalsBurst" });
        await alert.GetByText("firing").WaitForAsync();
        await tab.FollowAsync(alert.GetByRole(AriaRole.Link, new() { Name = "Runbook of ManagementRefusalsBurst" }), "ManagementRefusalsBurst");

        await tab.Page.Locator(".page-head .tag.bad").GetByText("firing").WaitForAsync();
        var reasons = tab.Page.Locator(".query").Filter(new() { HasText = "sum by (instance, reason) (increase(management_refusals_total[10m]))" });
        var answer = await reasons.Locator("tbody tr").Filter(new() { HasText = "misdirected" }).Locator("td.number").TextContentAsync();
        double.Parse(answer!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(5);
        await tab.ShootAsync("walk-runbook");
        tab.Complaints.ShouldBeEmpty();
    }

    private static async Task<ILocator> ShowAsync(Tab tab, string name, string sql)
    {
        await tab.Page.Locator(".span-row").GetByText(name).First.ClickAsync();
        var span = tab.Page.GetByLabel("Span", new() { Exact = true });
        await span.GetByText(sql).First.WaitForAsync();
        return span;
    }
}
