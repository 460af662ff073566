using System.Diagnostics;
using System.Text.Json;
using ECommerce.Testing;
using Shouldly;
using Xunit;

namespace ECommerce.Description.Tests;

public sealed class DocsPageTests(ShopFixture shop) : IClassFixture<ShopFixture>
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
