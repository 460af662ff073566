using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit.Sdk;

namespace ECommerce.Host.Tests.Description;

/// <summary>A Chromium that is driven over its DevTools protocol, as a person would: it opens pages, types and clicks. It can reach this machine only.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-browser-");
    private readonly ClientWebSocket _socket = new();
    private readonly Process _process;
    private int _sent;

    private Browser() => _process = Process.Start(new ProcessStartInfo(BrowserFactAttribute.Browser,
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--window-size=1600,2000",
        $"--user-data-dir={_folder.FullName}", "--remote-debugging-port=0", "about:blank",
    ])
    { RedirectStandardError = true })!;

    public static async Task<Browser> StartAsync()
    {
        var browser = new Browser();
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes to an address. What the page shows may take a moment: <see cref="SeesAsync"/>.</summary>
    public Task OpenAsync(Uri address) => SendAsync("Page.navigate", new() { ["url"] = address.ToString() });

    public Task ReloadAsync() => SendAsync("Page.reload", []);

    /// <summary>Types into what has the focus.</summary>
    public Task TypeAsync(string text) => SendAsync("Input.insertText", new() { ["text"] = text });

    /// <summary>The value of an expression in the page, as text.</summary>
    public async Task<string?> AskAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true });
        return answer["result"]?["value"]?.ToString();
    }

    /// <summary>Waits until an expression in the page is true.</summary>
    public Task SeesAsync(string expression) => Eventually.TrueAsync(async () => await AskAsync(expression) == "true", expression);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Its helpers may still be writing.
        await Eventually.TrueAsync(() => Task.FromResult(IsDeleted()), "the browser's profile can be deleted");
    }

    private bool IsDeleted()
    {
        try
        {
            _folder.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task ConnectAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await _process.StandardError.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.IndexOf("ws://", StringComparison.Ordinal) is >= 0 and var start)
            {
                using var client = new HttpClient();
                var pages = JsonNode.Parse(await client.GetStringAsync(new Uri($"http://{new Uri(line[start..]).Authority}/json")))!.AsArray();
                await _socket.ConnectAsync(new Uri(pages.First(page => page!["type"]!.GetValue<string>() == "page")!["webSocketDebuggerUrl"]!.GetValue<string>()), patience.Token);
                return;
            }
        }

        throw new XunitException("The browser has ended before it could be asked anything.");
    }

    private async Task<JsonNode> SendAsync(string method, JsonObject parameters)
    {
        using var patience = new CancellationTokenSource(Patience);
        var id = ++_sent;
        await _socket.SendAsync(
            JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters }),
            WebSocketMessageType.Text, endOfMessage: true, patience.Token);
        while (true)
        {
            var message = await ReceiveAsync(patience.Token);
            if (message["id"]?.GetValue<int>() == id)
                return message["result"] ?? throw new XunitException($"{method}: {message["error"]}");
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken ct)
    {
        using var whole = new MemoryStream();
        var part = new byte[64 * 1024];
        ValueWebSocketReceiveResult received;
        do
        {
            received = await _socket.ReceiveAsync(part.AsMemory(), ct);
            whole.Write(part, 0, received.Count);
        }
        while (!received.EndOfMessage);
        return JsonNode.Parse(whole.ToArray())!;
    }
}
