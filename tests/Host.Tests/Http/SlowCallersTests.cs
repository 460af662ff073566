using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ECommerce.Host.Tests.Http;

/// <summary>Callers who send, read or wait so slowly that they would use up the host, on connections without a client library.</summary>
public sealed class SlowCallersTests
{
    private const int TcpInfo = 11;
    private const int TcpMaxSegment = 2;
    private const string Post = "POST /api/users HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n";
    private const string Declared = "Content-Length: 100000\r\n\r\n{\"email\":\"";
    private const string Chunked = "Transfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task Slow_bodies_of_one_address_take_no_place_and_end_in_time()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:Concurrency", "20"), ("Limits:ConcurrencyPerClient", "10"), ("Limits:RequestTimeout", "00:00:05"));
        using var end = new CancellationTokenSource();
        Task<string>[] attack = [.. Enumerable.Range(0, 30).Select(async _ => await DripAsync(await CallAsync(shop), Post + Declared, new string('a', 30), end.Token))];
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["http_active_connections"] >= 10, "bodies arrive");

        using var other = NeighbourOf(shop, "127.0.0.2");
        for (var call = 0; call < 20; call++)
            (await other.GetAsync("/api/products?limit=1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(attack).WaitAsync(Eventually.Deadline);
        answers.ShouldAllBe(answer => answer.StartsWith("HTTP/1.1 400 ", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 429 ", StringComparison.Ordinal));
        answers.Count(answer => answer.Contains("The body did not arrive in time.", StringComparison.Ordinal) && answer.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal)).ShouldBe(10);
        answers.Count(answer => answer.Contains("too_many_requests", StringComparison.Ordinal)).ShouldBe(20);
        (await shop.MetricsAsync())["""limit_refusals_total{limit="body_time"}"""].ShouldBe(10);
        (await shop.MetricsAsync())["""limit_refusals_total{limit="client_share"}"""].ShouldBe(20);
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["http_active_connections"] == 0, "nothing is left of the attack");
    }

    [Fact]
    public async Task A_body_in_dripping_chunks_ends_in_time()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestTimeout", "00:00:01"));

        var answer = await DripAsync(await CallAsync(shop), Post + Chunked, "a\r\n          \r\n", CancellationToken.None).WaitAsync(Eventually.Deadline);

        answer.ShouldStartWith("HTTP/1.1 400 ");
        answer.ShouldContain("The body did not arrive in time.");
    }

    [Fact]
    public async Task Bodies_that_are_held_are_bounded_for_one_client_and_for_all()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:BufferedBytes", "65536"));
        using var first = await CallAsync(shop, "127.0.0.2");
        using var second = await CallAsync(shop, "127.0.0.3");
        await SayAsync(first, Post + Declared + new string('a', 30_000));
        await SayAsync(second, Post + Declared + new string('a', 30_000));
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["http_active_connections"] == 2, "both are being read");

        // A connection counts before all that it has sent is in memory: the next may come too early, and hangs up then.
        await Eventually.PassesAsync(async () =>
        {
            using var greedy = await CallAsync(shop, "127.0.0.2");
            await SayAsync(greedy, Post + Declared + new string('a', 10_000));
            (await HearAsync(greedy).WaitAsync(TimeSpan.FromSeconds(2))).ShouldStartWith("HTTP/1.1 429 ");
        });

        using var third = await CallAsync(shop, "127.0.0.4");
        await SayAsync(third, Post + Declared + new string('a', 10_000));
        (await HearAsync(third)).ShouldStartWith("HTTP/1.1 503 ");

        first.Dispose();
        second.Dispose();
        await Eventually.TrueAsync(async () => (await shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = "Ada Tester", password = "correct horse battery" })).Status == 201, "their bytes are free again");
    }

    [Fact]
    public async Task Who_does_not_read_the_answer_is_gone_in_time_and_is_a_499()
    {
        await using var shop = await OwnShop.StartAsync(("Limits:RequestTimeout", "00:00:02"));
        await WriteStoriesAsync(shop, 60, '<');
        using var caller = await CallWithoutReadingAsync(shop);
        await SayAsync(caller, "GET /api/products?limit=100&category=stories HTTP/1.1\r\nHost: shop\r\n\r\n");

        await Eventually.TrueAsync(() => IsClosed(caller), "the server hangs up");
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""http_requests_total{service="products-service",method="GET",path="/api/products",status="499"}"""] == 1);
        (await shop.MetricsAsync())["""limit_refusals_total{limit="answer_time"}"""].ShouldBe(1);
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["http_active_connections"] == 0);
    }

    [Fact]
    public async Task Who_does_not_read_the_last_answer_is_gone_in_time()
    {
        await using var shop = await OwnShop.StartAsync();
        await WriteStoriesAsync(shop, 25, 'a'); // larger than the system's buffers, smaller than the server's
        using var caller = await CallWithoutReadingAsync(shop);
        await SayAsync(caller, "GET /api/products?limit=100 HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n");

        await Eventually.TrueAsync(() => IsClosed(caller), "the server hangs up");
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: shop\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n")]
    public async Task A_connection_without_a_request_is_closed_in_time(string beginning)
    {
        await using var shop = await OwnShop.StartAsync(("Connections:KeepAliveTimeout", "00:00:01"), ("Connections:HeadersTimeout", "00:00:01"));
        using var caller = await CallAsync(shop);
        await SayAsync(caller, beginning);

        await HearToTheEndAsync(caller).WaitAsync(Eventually.Deadline);
    }

    [Fact]
    public async Task Headers_that_never_end_are_cut_off()
    {
        await using var shop = await OwnShop.StartAsync(("Connections:HeadersTimeout", "00:00:01"));

        var answer = await DripAsync(await CallAsync(shop), "GET /api/products HTTP/1.1\r\nHost: shop\r\n", "X-A: b\r\n", CancellationToken.None).WaitAsync(Eventually.Deadline);

        answer.ShouldStartWith("HTTP/1.1 408 ");
    }

    [Fact]
    public async Task One_client_has_a_share_of_the_connections_and_operators_get_in_when_all_are_taken()
    {
        await using var shop = await OwnShop.StartAsync(("Connections:Public", "6"), ("Connections:PerClient", "4"), ("Connections:Management", "4"));
        List<Socket> open = [];
        for (var call = 0; call < 8; call++)
            open.Add(await CallAsync(shop, "127.0.0.2"));
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""limit_refusals_total{limit="client_connections"}"""] == 4, "half of the connections are refused");
        await Eventually.TrueAsync(() => open.Count(IsClosed) == 4, "the refused are closed");

        for (var call = 0; call < 4; call++)
            open.Add(await CallAsync(shop, "127.0.0.3"));
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""limit_refusals_total{limit="connections"}"""] == 2, "the listener is full");

        (await shop.Management.GetAsync("/health/live")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var socket in open)
            socket.Dispose();
        await Eventually.TrueAsync(async () => await TryAsync(shop), "who hangs up makes room");
    }

    [Fact]
    public async Task One_client_has_half_of_the_connections_of_the_management_listener()
    {
        await using var shop = await OwnShop.StartAsync(("Connections:Management", "6"));
        List<Socket> open = [];
        for (var call = 0; call < 8; call++)
            open.Add(await CallAsync(shop.Management, "127.0.0.2"));
        await Eventually.TrueAsync(() => open.Count(IsClosed) == 5, "one client holds three connections");

        (await shop.MetricsAsync())["""limit_refusals_total{limit="client_connections"}"""].ShouldBe(5);
        foreach (var socket in open)
            socket.Dispose();
    }

    [Fact]
    public async Task The_connections_of_a_trusted_gateway_are_not_those_of_one_client()
    {
        await using var shop = await OwnShop.StartAsync(("Connections:PerClient", "2"), ("Endpoints:TrustedProxies", "127.0.0.0/30"));
        List<Socket> open = [];
        for (var call = 0; call < 5; call++)
            open.Add(await CallAsync(shop, "127.0.0.2"));
        foreach (var socket in open)
        {
            await SayAsync(socket, "GET /health/live HTTP/1.1\r\nHost: shop\r\n\r\n");
            (await HearAsync(socket)).ShouldStartWith("HTTP/1.1 200 ");
            socket.Dispose();
        }
    }

    private static async Task<bool> TryAsync(ShopFixture shop)
    {
        try
        {
            return (await shop.GetAsync("/health/live")).Status == 200;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task WriteStoriesAsync(ShopFixture shop, int count, char letter)
    {
        var admin = await shop.Given.AdminAsync();
        for (var product = 0; product < count; product++)
        {
            await shop.PostAsync("/api/products", new
            {
                sku = Given.NewSku(),
                name = "Long story",
                description = new string(letter, 2000),
                category = "stories",
                price = new { amount = 7.77m, currency = "EUR" },
                stock = 5,
            }, admin);
        }
    }

    /// <summary>A caller whose system takes almost nothing in: what the server sends stays with the server.</summary>
    private static async Task<Socket> CallWithoutReadingAsync(ShopFixture shop)
    {
        var caller = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1 };
        caller.SetRawSocketOption((int)ProtocolType.Tcp, TcpMaxSegment, BitConverter.GetBytes(536));
        await caller.ConnectAsync(IPAddress.Loopback, shop.Public.BaseAddress!.Port);
        return caller;
    }

    private static Task<Socket> CallAsync(ShopFixture shop, string from = "127.0.0.1") => CallAsync(shop.Public, from);

    private static async Task<Socket> CallAsync(HttpClient listener, string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, listener.BaseAddress!.Port);
        }
        catch (SocketException refused) when (refused.SocketErrorCode is SocketError.ConnectionReset)
        {
            socket.Dispose(); // closed by the server before the system had told of its beginning
        }

        return socket;
    }

    private static HttpClient NeighbourOf(ShopFixture shop, string from) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, _) => new NetworkStream(await CallAsync(shop, from), ownsSocket: true),
    })
    { BaseAddress = shop.Public.BaseAddress };

    /// <summary>Says the beginning, and then a little ten times a second until the server hangs up.</summary>
    /// <returns>All that the server said.</returns>
    private static async Task<string> DripAsync(Socket caller, string beginning, string drop, CancellationToken ct)
    {
        using (caller)
        {
            await SayAsync(caller, beginning);
            var heard = HearToTheEndAsync(caller);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            try
            {
                while (!heard.IsCompleted && await timer.WaitForNextTickAsync(ct))
                    await SayAsync(caller, drop);
            }
            catch (SocketException)
            {
                // The server has hung up.
            }

            return await heard;
        }
    }

    private static async Task SayAsync(Socket caller, string text) => await caller.SendAsync(Encoding.ASCII.GetBytes(text));

    private static async Task<string> HearAsync(Socket caller)
    {
        var words = new byte[4096];
        return Encoding.UTF8.GetString(words, 0, await caller.ReceiveAsync(words).WaitAsync(Eventually.Deadline));
    }

    private static async Task<string> HearToTheEndAsync(Socket caller)
    {
        var words = new StringBuilder();
        try
        {
            while (await HearAsync(caller) is { Length: > 0 } more)
                words.Append(more);
        }
        catch (SocketException)
        {
            // Reset, because the server did not read all that was sent.
        }

        return words.ToString();
    }

    /// <summary>Whether the connection is no longer established, as the system knows it; nothing is read for the answer.</summary>
    private static bool IsClosed(Socket caller)
    {
        const byte Established = 1;
        if (caller.SafeHandle.IsClosed)
            return true;
        var info = new byte[1];
        caller.GetRawSocketOption((int)ProtocolType.Tcp, TcpInfo, info);
        return info[0] != Established;
    }
}
