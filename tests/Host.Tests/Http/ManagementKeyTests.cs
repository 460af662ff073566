using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace ECommerce.Host.Tests.Http;

/// <summary>Guessing the management key, and what is on record of those who have it.</summary>
public sealed class ManagementKeyTests
{
    private const string Readiness = "/ops/readiness/enable";

    [Fact]
    public async Task Whoever_guesses_the_key_is_slowed_down_more_and_more_and_nobody_else_is()
    {
        await using var shop = await OwnShop.StartAsync(("Management:WrongKeys", "5"));
        using var guesser = From(shop, "127.0.0.2");

        // All at once: not one guess more is looked at.
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(guess => TryAsync(guesser, $"guess {guess}")));
        answers.Count(answer => answer.Status == 401).ShouldBe(5);
        answers.Count(answer => (answer.Status, answer.Code) == (429, "management.too_many_wrong_keys")).ShouldBe(195);
        answers.Where(answer => answer.Status == 429).ShouldAllBe(answer => answer.Header("Retry-After") == "1");

        (await TryAsync(guesser, shop.ManagementKey)).Status.ShouldBe(429, "the right key from there is not told apart");
        using (var other = From(shop, "127.0.0.3"))
            (await TryAsync(other, shop.ManagementKey)).Status.ShouldBe(200);

        foreach (var pause in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            shop.Clock.Advance(TimeSpan.FromMinutes(1));
            (await TryAsync(guesser, "another guess")).Status.ShouldBe(401);
            (await TryAsync(guesser, "another guess")).Header("Retry-After").ShouldBe($"{pause}");
        }

        shop.Clock.Advance(TimeSpan.FromMinutes(1));
        (await TryAsync(guesser, shop.ManagementKey)).Status.ShouldBe(200);
        (await TryAsync(guesser, "a slip")).Status.ShouldBe(401);
        (await TryAsync(guesser, shop.ManagementKey)).Status.ShouldBe(200, "who has got in begins anew");
    }

    [Fact]
    public async Task Wrong_keys_are_counted_and_told_without_the_key()
    {
        await using var shop = await OwnShop.StartAsync(("Management:WrongKeys", "2"));
        string[] guesses = ["the first guess", "the second guess", "the third guess"];
        foreach (var guess in guesses)
            await TryAsync(shop.Management, guess);
        await TryAsync(shop.Management, null);

        var metrics = await shop.MetricsAsync();
        metrics["management_refusals_total{reason=\"wrong_key\"}"].ShouldBe(2);
        metrics["management_refusals_total{reason=\"slowed\"}"].ShouldBe(1);
        metrics["management_refusals_total{reason=\"no_key\"}"].ShouldBe(1);
        var told = await Eventually.GetAsync(() => Events(shop, "operator.wrong_key") is { Length: 2 } lines ? lines : null);
        told.Select(line => line.GetProperty("client").GetString()).ShouldAllBe(client => client == "loopback");
        foreach (var line in shop.Log.Lines)
            guesses.ShouldAllBe(guess => !line.GetRawText().Contains(guess));
    }

    [Fact]
    public async Task The_key_is_asked_for_before_the_body_is_read()
    {
        await using var shop = await OwnShop.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/ops/log-levels/users") { Content = new StringContent("{", null, "application/json") };
        using var response = await shop.Management.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Everything_that_the_key_opens_leaves_one_line_and_one_count()
    {
        await using var shop = await OwnShop.StartAsync();
        var operations = (await shop.Management.GetFromJsonAsync<JsonElement>("/ops")).EnumerateArray().Where(operation => operation.GetProperty("needsKey").GetBoolean())
            .Select(operation => (Method: new HttpMethod(operation.GetProperty("method").GetString()!), Path: operation.GetProperty("path").GetString()!)).ToList();
        operations.Count.ShouldBeGreaterThan(13);
        operations.Select(operation => operation.Path.Split('/')[1]).Distinct().ShouldBe(["debug", "ops"], ignoreOrder: true);

        foreach (var (method, path) in operations)
        {
            foreach (var address in Addresses(path))
            {
                var lines = Events(shop, "operator.action").Length;
                var counts = await CountAsync(shop);
                foreach (var refused in (string?[])[null, "a wrong key"])
                    (await SendAsync(shop, method, address, refused)).ShouldBe(401, $"{method} {address}");
                (await CountAsync(shop)).ShouldBe(counts, $"{method} {address}");

                var status = await SendAsync(shop, method, address, shop.ManagementKey);
                status.ShouldNotBe(401, $"{method} {address}");

                var line = await Eventually.GetAsync(() => Events(shop, "operator.action") is var all && all.Length > lines ? all[^1] : (JsonElement?)null);
                (await CountAsync(shop)).ShouldBe(counts + 1, $"{method} {address}");
                Events(shop, "operator.action").Length.ShouldBe(lines + 1, $"{method} {address}");
                line!.Value.GetProperty("action").GetString().ShouldNotBe("unnamed");
                line.Value.GetProperty("client").GetString().ShouldBe("loopback");
                line.Value.GetProperty("outcome").GetString().ShouldBe(status < 400 ? "ok" : "rejected");
                line.Value.GetProperty("target").GetString().ShouldBe(status < 400 && method != HttpMethod.Get && path.Contains('{') ? address.Split('?')[0].Split('/')[3] : "");
            }
        }
    }

    [Fact]
    public async Task Nobody_silences_the_record_of_what_they_do()
    {
        await using var shop = await OwnShop.StartAsync();
        (await SendAsync(shop, HttpMethod.Put, "/ops/log-levels/platform", shop.ManagementKey, """{ "level": "None" }""")).ShouldBe(200);
        (await SendAsync(shop, HttpMethod.Post, Readiness, shop.ManagementKey)).ShouldBe(200);

        await Eventually.PassesAsync(() => Events(shop, "operator.action").Select(line => line.GetProperty("action").GetString())
            .ShouldBe(["HoldLogLevel", "EnableReadiness"]));
    }

    // Each operation with what it takes, and with what it does not.
    private static string[] Addresses(string path) => path switch
    {
        "/ops/faults/{name}" => ["/ops/faults/latency", "/ops/faults/nonsense"],
        "/ops/log-levels/{module}" => ["/ops/log-levels/users", "/ops/log-levels/nobody"],
        "/ops/traces/{traceId}" => ["/ops/traces/00000000000000000000000000000001"],
        "/ops/outbox/{id:guid}/redrive" => [$"/ops/outbox/{Guid.NewGuid()}/redrive"],
        "/ops/outbox" => ["/ops/outbox", "/ops/outbox?state=nonsense"],
        _ when path.Contains("gc") => [path],
        _ when path.StartsWith("/debug/") => [$"{path}?seconds=1", $"{path}?seconds=0"],
        _ => [path],
    };

    private static JsonElement[] Events(ShopFixture shop, string name) => [.. shop.Log.Lines.Where(line => line.TryGetProperty("event", out var told) && told.GetString() == name)];

    private static async Task<double> CountAsync(ShopFixture shop) => (await shop.MetricsAsync()).Values
        .Where(series => series.Key.StartsWith("operator_actions_total{", StringComparison.Ordinal)).Sum(series => series.Value);

    private static async Task<int> SendAsync(ShopFixture shop, HttpMethod method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Put)
            request.Content = new StringContent(body ?? """{ "level": "Information", "for": "00:00:01" }""", null, "application/json");
        if (method == HttpMethod.Put && path.Contains("faults"))
            request.Content = new StringContent("""{ "slice": "GetOrderStats", "latency": "1ms", "for": "00:00:01" }""", null, "application/json");
        if (key is not null)
            request.Headers.Add("X-Management-Key", key);
        using var response = await shop.Management.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<Answer> TryAsync(HttpClient client, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Readiness);
        if (key is not null)
            request.Headers.Add("X-Management-Key", key);
        using var response = await client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    // All of 127/8 is this machine: another address is another client.
    private static HttpClient From(ShopFixture shop, string address) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 50,
        ConnectCallback = async (_, ct) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, shop.Management.BaseAddress!.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = shop.Management.BaseAddress };
}
