using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ECommerce.Host.Tests.Http;

/// <summary>What holds for every request, whichever endpoint it asks for.</summary>
public sealed class ListenerRoutingTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Theory]
    [InlineData("/api/products", 200)]
    [InlineData("/api/users/me", 401)]
    [InlineData("/nowhere", 404)]
    [InlineData("/health/live", 200)]
    public async Task Every_answer_names_its_trace_and_its_request_and_forbids_browsers_what_they_need_not_do(string path, int status)
    {
        var answer = await shop.GetAsync(path, headers: ("X-Request-Id", "my-request.17"));

        answer.Status.ShouldBe(status);
        answer.Header("X-Trace-Id").ShouldNotBeNull().ShouldMatch("^[0-9a-f]{32}$");
        answer.Header("X-Request-Id").ShouldBe("my-request.17");
        answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
        answer.Header("X-Frame-Options").ShouldBe("DENY");
        answer.Header("Referrer-Policy").ShouldBe("no-referrer");
        answer.Header("Content-Security-Policy").ShouldBe("default-src 'none'; frame-ancestors 'none'");
        answer.Header("Server").ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("two words <b>")]
    public async Task A_request_id_that_cannot_be_kept_is_made_anew(string? sent)
    {
        var answer = sent is null ? await shop.GetAsync("/api/products") : await shop.GetAsync("/api/products", headers: ("X-Request-Id", sent));

        answer.Header("X-Request-Id").ShouldNotBeNullOrWhiteSpace();
        answer.Header("X-Request-Id").ShouldNotBe(sent);
    }

    [Fact]
    public async Task A_request_id_of_more_than_128_characters_is_made_anew()
    {
        (await shop.GetAsync("/api/products", headers: ("X-Request-Id", new string('a', 128)))).Header("X-Request-Id").ShouldBe(new string('a', 128));
        (await shop.GetAsync("/api/products", headers: ("X-Request-Id", new string('a', 129)))).Header("X-Request-Id")!.Length.ShouldBeLessThan(129);
    }

    [Fact]
    public async Task A_stranger_s_trace_is_not_continued_well_formed_or_not()
    {
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        foreach (var rest in (string[])["b7ad6b7169203331-01", "b7ad6b7169203331-00", "nonsense"])
        {
            var answer = await shop.GetAsync("/api/products", headers: ("traceparent", $"00-{TraceId}-{rest}"));

            answer.Status.ShouldBe(200);
            answer.Header("X-Trace-Id").ShouldNotBeNull().ShouldNotBe(TraceId);
        }
    }

    [Fact]
    public async Task What_is_not_there_and_what_is_not_possible_are_problems_too()
    {
        var nowhere = await shop.GetAsync("/api/nowhere");
        shop.ShouldRefuse(nowhere, "no such path");
        nowhere.Code.ShouldBe("not_found");

        var impossible = await shop.DeleteAsync("/api/products");
        shop.ShouldRefuse(impossible, "no such method");
        impossible.Code.ShouldBe("method_not_allowed");
        impossible.Header("Allow").ShouldNotBeNull().Split(", ").ShouldBe(["GET", "HEAD", "POST"], ignoreOrder: true);
    }

    [Fact]
    public async Task Every_answer_for_operators_names_the_host_and_no_answer_for_the_world_does()
    {
        // As Prometheus' instance and the log's host are brought together.
        var name = Regex.Match(await shop.Operator.GetStringAsync("/metrics"), """^build_info\{.*host="([^"]+)",topology="monolith"\}""", RegexOptions.Multiline).Groups[1].Value;
        name.ShouldMatch("^[a-z0-9.-]+-[0-9a-f]{8}$");

        foreach (var path in (string[])["/ops", "/ops/traces", "/ops/nowhere", "/metrics", "/health/ready"])
        {
            using var answer = await shop.Operator.GetAsync(path);
            answer.Headers.GetValues("X-Instance-Id").ShouldBe([name], path);
        }
        (await shop.GetAsync("/api/products")).Header("X-Instance-Id").ShouldBeNull();
        (await shop.GetAsync("/health/ready")).Text.ShouldNotContain(name);
    }

    [Theory]
    [InlineData("/api/products?limit=1", 200)]
    [InlineData("/api/products/00000000-0000-7000-8000-000000000000", 404)]
    [InlineData("/api/users/me", 401)]
    [InlineData("/api/orders/00000000-0000-7000-8000-000000000000/pay", 405)]
    [InlineData("/openapi/v1.json", 200)]
    [InlineData("/version", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/problems", 200)]
    [InlineData("/docs/", 200)]
    public async Task HEAD_is_GET_without_its_body(string path, int status)
    {
        // Each request has names and a moment of its own, and only a body has a way of being sent.
        string[] own = ["X-Trace-Id", "X-Request-Id", "Date", "Content-Length", "Transfer-Encoding"];
        var whole = await shop.GetAsync(path);
        var head = await shop.SendAsync(HttpMethod.Head, path);

        (head.Status, head.Text).ShouldBe((status, ""));
        (whole.Status, whole.Text.Length > 0).ShouldBe((status, true));
        HeadersOf(head).ShouldBe(HeadersOf(whole));

        string[] HeadersOf(Answer answer) =>
            [.. answer.Headers.Where(header => !own.Contains(header.Key, StringComparer.OrdinalIgnoreCase)).Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/ops")]
    [InlineData("/ops/outbox")]
    [InlineData("/ops/log-levels")]
    public async Task What_is_for_operators_is_not_there_for_the_world_whatever_the_Host_header_says(string path)
    {
        (await shop.Operator.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answer = await shop.GetAsync(path, headers: [("Host", shop.Management.BaseAddress!.Authority), ("X-Management-Key", shop.ManagementKey)]);
        answer.Status.ShouldBe(404);
        answer.Code.ShouldBe("not_found");
        (await shop.PostAsync(path, headers: ("Host", shop.Management.BaseAddress!.Authority))).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/api/products")]
    [InlineData("/.well-known/jwks.json")]
    [InlineData("/openapi/v1.json")]
    public async Task What_is_for_the_world_is_not_there_for_operators(string path)
    {
        (await shop.GetAsync(path)).Status.ShouldBe(200);

        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = shop.Public.BaseAddress!.Authority } };
        using var response = await shop.Management.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/health/startup")]
    [InlineData("/health")]
    [InlineData("/ready")]
    public async Task Health_is_told_at_both_doors(string path)
    {
        (await shop.GetAsync(path)).Status.ShouldBe(200);
        (await shop.Management.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task Whoever_lacks_the_management_key_changes_nothing(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/readiness/disable");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("X-Management-Key", key);

        using var response = await shop.Management.SendAsync(request);

        var answer = await Answer.ReadAsync(response);
        answer.Status.ShouldBe(401);
        answer.Code.ShouldBe("unauthorized");
        (await shop.GetAsync("/health/ready")).Status.ShouldBe(200);
    }

    /// <summary>What no client library sends: the server itself refuses it, before there is a request to speak of.</summary>
    [Theory]
    [InlineData("GET /api/products HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /api/products HTTP/9.9\r\nHost: a\r\n\r\n")]
    [InlineData("GET /api/products/%00 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: nonsense\r\n\r\n")]
    [InlineData("POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n")]
    public async Task What_is_no_HTTP_is_refused_without_breaking_anything(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, shop.Public.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));

        using var reader = new StreamReader(stream);
        var line = await reader.ReadLineAsync();

        line.ShouldNotBeNull().ShouldStartWith("HTTP/1.1 ");
        line.Split(' ')[1].ShouldStartWith(line.Contains(" 505 ") ? "505" : "4");
        (await shop.GetAsync("/health/live")).Status.ShouldBe(200);
    }
}
