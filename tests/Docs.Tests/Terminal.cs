using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xunit.Sdk;

namespace ECommerce.Docs.Tests;

/// <summary>
/// A shell in which a reader types one thing after the other: what one assigns, the next one knows. What fails ends it, and the test.
/// </summary>
internal sealed partial class Terminal : IAsyncDisposable
{
    private const int UsualPort = 5080;

    // Longer than anything on a page waits for.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _bash;
    private readonly Uri _public;
    private readonly Uri _management;

    /// <param name="shop">The shop that is called wherever a page says 127.0.0.1:5080 and 5081.</param>
    /// <param name="directory">Where it stands.</param>
    /// <param name="environment">More environment variables.</param>
    public Terminal(ShopClient shop, string directory, params (string Name, string Value)[] environment)
    {
        (_public, _management) = (shop.Public.BaseAddress!, shop.Management.BaseAddress!);
        var start = new ProcessStartInfo("bash", ["-c", "exec bash -eu 2>&1"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = directory };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _bash = Process.Start(start)!;
    }

    /// <summary>Types it and waits for its end.</summary>
    /// <returns>What it said, without space around it.</returns>
    /// <exception cref="XunitException">It failed, or did not end in time.</exception>
    public async Task<string> TypeAsync(string typed)
    {
        var end = $"-- {Guid.NewGuid():N} --";
        await _bash.StandardInput.WriteLineAsync($"{{\n{AtThisShop(typed)}\n}} </dev/null\nprintf '\\n%s\\n' '{end}'");
        await _bash.StandardInput.FlushAsync();

        List<string> said = [];
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await _bash.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line == end)
                    return string.Join('\n', said).Trim();
                said.Add(line);
            }
        }
        catch (OperationCanceledException)
        {
            said.Add($"and did not end within {Patience}");
        }

        throw new XunitException($"{typed}has failed. It said:\n{string.Join('\n', said)}");
    }

    public async ValueTask DisposeAsync()
    {
        _bash.Kill(entireProcessTree: true);
        await _bash.WaitForExitAsync();
        _bash.Dispose();
    }

    /// <summary>What a page prints, as this shop would have it printed.</summary>
    public string AtThisShop(string text) => Address().Replace(text, match => int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture) switch
    {
        UsualPort => _public.GetLeftPart(UriPartial.Authority),
        UsualPort + 1 => _management.GetLeftPart(UriPartial.Authority),
        // One of several hosts, whose ports lie above that of the shop.
        var port => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_public.Port + port - UsualPort}"),
    });

    [GeneratedRegex(@"http://127\.0\.0\.1:(?<port>5\d{3})(?!\d)", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
