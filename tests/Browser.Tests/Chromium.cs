using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>
/// Debian's Chromium, driven by Playwright. Nothing is downloaded: the driver and its Node.js are in Playwright's package. The browser can
/// reach this machine only.
/// </summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;

    private Chromium(IPlaywright playwright, IBrowser browser) => (_playwright, Browser) = (playwright, browser);

    /// <summary>Why there is no browser; null when there is one.</summary>
    public static string? Missing => File.Exists(Program) ? null : $"{Program} is not installed (apt-get install chromium).";

    public IBrowser Browser { get; }

    public static async Task<Chromium> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return new(playwright, await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
    }
}
