using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>A tab of the browser that keeps what its pages complain about and whom they ask.</summary>
public sealed class Tab : IAsyncDisposable
{
    private const int LongestName = 200;

    private readonly IBrowserContext _context;
    private readonly string _address;
    private readonly string _test;
    private readonly ConcurrentQueue<string> _complaints = [];
    private readonly ConcurrentQueue<string> _strangers = [];

    /// <param name="context">The browser's context.</param>
    /// <param name="page">The only page of the context.</param>
    /// <param name="address">Of the host.</param>
    /// <param name="test">The test that has the tab.</param>
    internal Tab(IBrowserContext context, IPage page, string address, string test)
    {
        (_context, Page, _address, _test) = (context, page, address, FileName(test));
        page.SetDefaultTimeout(15_000);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"{message.Type}: {message.Text} ({page.Url})");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"exception: {error} ({page.Url})");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(address, StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal) && !request.Url.StartsWith("blob:", StringComparison.Ordinal))
                _strangers.Enqueue(request.Url);
        };
        page.WebSocket += (_, socket) =>
        {
            if (!socket.Url.StartsWith(address.Replace("http:", "ws:", StringComparison.Ordinal), StringComparison.Ordinal))
                _strangers.Enqueue(socket.Url);
        };
    }

    public IPage Page { get; }

    /// <summary>Goes to a page of the console, and waits until it is there and live.</summary>
    public async Task<IResponse> GoAsync(string path)
    {
        var answer = (await Page.GotoAsync(_address + path))!;
        answer.Status.ShouldBe(200, path);
        await Page.Locator("main h1").First.WaitForAsync();
        await LiveAsync();
        return answer;
    }

    /// <summary>Waits until the page answers clicks: its circuit is connected.</summary>
    public Task LiveAsync() => Page.Locator("html[data-ready] main[data-live]").WaitForAsync(new() { State = WaitForSelectorState.Attached });

    /// <summary>Follows a link of the page, and waits for the heading of where it leads.</summary>
    public async Task FollowAsync(ILocator link, string heading)
    {
        await link.ClickAsync();
        await ArriveAsync(heading);
    }

    /// <summary>Waits for the heading of a page, and until the page answers clicks.</summary>
    public async Task ArriveAsync(string heading)
    {
        await Page.Locator("main h1").Filter(new() { HasText = heading }).WaitForAsync();
        await LiveAsync();
    }

    /// <summary>What axe finds wrong with the page, a line each.</summary>
    public async Task<IReadOnlyList<string>> AxeAsync()
    {
        // The title is taken over by the circuit, and is gone for a moment.
        await Page.WaitForFunctionAsync("() => document.title.length > 0");
        var result = await Page.RunAxe();
        return [.. result.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {violation.Help}: {node.Html} {Why(node)}"))];
    }

    /// <summary>By how many pixels the page is wider than its window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");

    public Task<byte[]> ShootAsync(string name, bool isWhole = false) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(ConsoleShop.Artifacts, $"{name}.png"), FullPage = isWhole });

    /// <summary>Draws the window into a file.</summary>
    public Task<byte[]> DrawAsync(string path) => Page.ScreenshotAsync(new() { Path = path });

    /// <summary>What pages complained about, and whom else they asked.</summary>
    public IEnumerable<string> Complaints => _complaints.Concat(_strangers.Select(stranger => $"a request to {stranger}"));

    /// <summary>Keeps a picture of the last page under the name of the test, which shows why the test has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        await ShootAsync(_test);
        await _context.DisposeAsync();
    }

    private static string FileName(string test)
    {
        var name = string.Concat(test.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '-'));
        return name.Length > LongestName ? name[..LongestName] : name;
    }

    private static string Why(AxeResultNode node) => string.Join("; ", node.Any.Select(check => check.Message));
}
