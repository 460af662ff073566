using System.Net;
using System.Net.WebSockets;
using Observability.Console.Access;

namespace Observability.Console.Tests;

/// <summary>Who opens the connection of a page, and how many there are.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class CircuitTests
{
    [Fact]
    public async Task A_page_and_its_connection_need_a_session()
    {
        await using var host = await ConsoleHost.StartAsync();
        using (var page = await host.Stranger.GetAsync("/console"))
            (page.StatusCode, page.Headers.Location!.OriginalString).ShouldBe((HttpStatusCode.Redirect, "/console/sign-in"));
        using (var page = await host.Client.GetAsync("/console"))
        {
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            page.Headers.GetValues("Content-Security-Policy").ShouldBe([ConsoleHeaders.Policy]);
            page.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
        }

        (await OpenAsync(host, key: null)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await OpenAsync(host, ConsoleHost.Key, origin: "https://attacker.example")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var negotiation = await host.Stranger.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        negotiation.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task There_are_at_most_32_connections_and_a_closed_one_makes_room()
    {
        await using var host = await ConsoleHost.StartAsync();
        List<ClientWebSocket> open = [];
        for (var i = 0; i < CircuitLimit.Most; i++)
            open.Add((await OpenAsync(host, ConsoleHost.Key)).Socket.ShouldNotBeNull());

        (await OpenAsync(host, ConsoleHost.Key)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        using (var page = await host.Client.GetAsync("/console"))
            page.StatusCode.ShouldBe(HttpStatusCode.OK, "the page is drawn without a connection");

        open[0].Abort();
        SpinWait.SpinUntil(() => host.Service<CircuitLimit>().Open < CircuitLimit.Most, TimeSpan.FromSeconds(30)).ShouldBeTrue("the closed one is gone");
        open.Add((await OpenAsync(host, ConsoleHost.Key)).Socket.ShouldNotBeNull());
        open.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_page_has_a_way_out_and_its_style_is_open_to_the_sign_in_page()
    {
        await using var host = await ConsoleHost.StartAsync();
        var page = await host.Client.GetStringAsync("/console");

        page.ShouldNotContain("style=");
        page.ShouldContain("/console/sign-out");
        using var style = await host.Stranger.GetAsync($"/console/assets/console.css{page.Split("/console/assets/console.css")[1].Split('"')[0]}");
        style.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> OpenAsync(ConsoleHost host, string? key, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (key is not null)
            socket.Options.SetRequestHeader(ConfiguredKeys.HeaderName, key);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        try
        {
            await socket.ConnectAsync(new($"ws://{host.Client.BaseAddress!.Authority}/_blazor"), CancellationToken.None);
            return (socket, socket.HttpStatusCode);
        }
        catch (WebSocketException)
        {
            using (socket)
                return (null, socket.HttpStatusCode);
        }
    }
}
