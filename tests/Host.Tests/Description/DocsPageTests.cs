using System.Diagnostics;
using System.Text.Json;

namespace ECommerce.Host.Tests.Description;

[Trait("Category", "Running")]
public sealed class DocsPageTests(DemoShop shop) : IClassFixture<DemoShop>
{
    [BrowserFact]
    public async Task The_page_shows_the_operations_and_asks_no_other_host_for_anything()
    {
        var page = await OpenAsync(new Uri(shop.Public.BaseAddress!, "/docs"));

        page.Html.ShouldContain("/api/orders");
        page.Requests.ShouldContain(request => request.AbsolutePath == "/openapi/v1.json");
        page.Requests.Where(request => request.Authority != shop.Public.BaseAddress!.Authority).ShouldBeEmpty();
        page.Console.ShouldNotContain("Content Security Policy");
        page.Console.ShouldNotContain("Failed to load");
    }

    /// <summary>A newcomer's way: the token is typed once, the order is placed as the page offers it, and curl could place it, too.</summary>
    [BrowserFact]
    public async Task An_order_can_be_placed_as_the_page_offers_it_with_a_token_that_survives_a_reload()
    {
        var customer = await shop.Given.ACustomerAsync();
        await using var browser = await Browser.StartAsync();
        var page = new Uri(shop.Public.BaseAddress!, "/docs#tag/orders/POST/api/orders");
        await browser.OpenAsync(page);
        await browser.SeesAsync("!!document.querySelector('input[placeholder=Token]')");

        await browser.SeesAsync($"[...document.querySelectorAll('pre')].some(shown => shown.innerText.includes('curl {shop.Public.BaseAddress!.GetLeftPart(UriPartial.Authority)}/api/orders'))");
        await browser.AskAsync("document.querySelector('input[placeholder=Token]').focus()");
        await browser.TypeAsync(customer.Token);
        await browser.SeesAsync($"JSON.stringify({{...sessionStorage}}).includes('{customer.Token}')");

        await browser.ReloadAsync();
        await browser.SeesAsync("document.querySelector('input[placeholder=Token]')?.value.length > 100");
        (await browser.AskAsync("localStorage === sessionStorage")).ShouldBe("true", "the token is forgotten with the tab");

        await browser.OpenAsync(new Uri(page.ToString().Replace("/docs#", "/docs?once-more#", StringComparison.Ordinal)));
        await browser.SeesAsync($"!!({Button("post /api/orders)")})");
        await browser.AskAsync($"{Button("post /api/orders)")}.click()");
        await browser.SeesAsync($"!!({Button("Send Request")} ?? {Button("Send post request")})");
        await browser.AskAsync($"({Button("Send Request")} ?? {Button("Send post request")}).click()");
        await browser.SeesAsync("document.body.innerText.includes('201 Created')");
        var placed = (await shop.GetAsync("/api/orders", customer)).Body.GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        placed.GetProperty("lines")[0].GetProperty("name").GetString().ShouldBe("House Espresso, 1 kg");
    }

    private static string Button(string text) => $"[...document.querySelectorAll('button')].find(button => button.textContent.includes('{text}'))";

    private sealed record Page(string Html, string Console, IReadOnlyList<Uri> Requests);

    private static async Task<Page> OpenAsync(Uri address)
    {
        var folder = Directory.CreateTempSubdirectory("ec-browser-");
        try
        {
            var log = Path.Combine(folder.FullName, "net.json");
            var start = new ProcessStartInfo(BrowserFactAttribute.Browser,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                $"--user-data-dir={folder.FullName}/profile", $"--log-net-log={log}", "--enable-logging=stderr",
                "--virtual-time-budget=20000", "--dump-dom", address.ToString(),
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            using var browser = Process.Start(start)!;
            var (html, console) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            await browser.WaitForExitAsync(patience.Token);
            return new(await html, await console, RequestsOf(log));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The browser has errands of its own; what a page asks for names the page's origin as its initiator.
    private static List<Uri> RequestsOf(string log)
    {
        using var written = JsonDocument.Parse(File.ReadAllText(log));
        return
        [
            .. from entry in written.RootElement.GetProperty("events").EnumerateArray()
               where entry.TryGetProperty("params", out var facts) && facts.TryGetProperty("initiator", out var initiator)
                   && initiator.GetString()!.StartsWith("http", StringComparison.Ordinal)
               select new Uri(entry.GetProperty("params").GetProperty("url").GetString()!),
        ];
    }
}
