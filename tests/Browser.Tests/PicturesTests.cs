namespace ECommerce.Browser.Tests;

/// <summary>
/// The pictures of the documents. <c>make screenshots</c> names their folder in <c>SCREENSHOTS</c>; then customers shop for a minute first, and a fault
/// comes and goes. Otherwise they are kept with the other pictures of the tests.
/// </summary>
[Collection(ConsoleCollection.Name)]
public sealed class PicturesTests(ConsoleShop shop)
{
    private const int Wide = 1280;
    private const int High = 860;
    private static readonly TimeSpan Shopping = TimeSpan.FromSeconds(70);

    private static readonly string? Folder = Environment.GetEnvironmentVariable("SCREENSHOTS");

    [BrowserFact]
    public async Task The_pages_of_the_documents_can_be_drawn()
    {
        if (Folder is not null)
            await shop.SellForAsync(Shopping);
        await using var tab = await shop.OpenAsync(Wide, isDark: true, High);
        foreach (var (name, path, there) in new[]
        {
            ("console-overview", "/console?range=1m", ".legend"),
            ("console-trace", $"/console/traces/{shop.OrderTrace}", ".span-row"),
            ("console-story", $"/console/traces/{shop.OrderTrace}?view=story", "svg.story"),
            ("console-differs", "/console/differs?selected=status:error&range=5m", "main h2"),
        })
        {
            await tab.GoAsync(path);
            await tab.Page.Locator(there).First.WaitForAsync();
            await tab.DrawAsync(Path.Combine(Folder ?? ConsoleShop.Artifacts, $"{name}.png"));
        }
        tab.Complaints.ShouldBeEmpty();
    }
}
