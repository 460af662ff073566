using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ECommerce.Host.Tests.Http;

/// <summary>Who may reach the management listener, and what a page in an operator's browser may not.</summary>
public sealed class ManagementTests(ManagementTests.Shop shop) : IClassFixture<ManagementTests.Shop>
{
    /// <summary>A shop that is known by two more names.</summary>
    public sealed class Shop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings) => settings["Management:Hosts"] = "shop, ops.example.com";
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/metrics/runtime")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/ops")]
    [InlineData("/ops/faults")]
    [InlineData("/ops/traces")]
    [InlineData("/ops/outbox")]
    [InlineData("/debug/gc")]
    [InlineData("/nowhere")]
    public async Task A_page_whose_name_was_rebound_to_this_machine_reads_nothing(string path)
    {
        var answer = await SendAsync($"GET {path} HTTP/1.1\r\nHost: attacker.example:5081\r\nX-Management-Key: {shop.ManagementKey}\r\nConnection: close\r\n\r\n");

        answer.ShouldStartWith("HTTP/1.1 421 ");
        answer.ShouldContain("application/problem+json");
        answer.ShouldContain("\"code\":\"management.misdirected_request\"");
        answer.ShouldNotContain("attacker.example");
    }

    [Theory]
    [InlineData("GET /metrics HTTP/1.0\r\n\r\n", 421)] // HTTP/1.0 has no Host
    [InlineData("GET /metrics HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n", 400)] // the server refuses it before there is a request
    [InlineData("GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: attacker.example\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://attacker.example/metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET http://attacker.example/metrics HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: localhost.attacker.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: shop.attacker.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1.attacker.example\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: 0x7f000001\r\nConnection: close\r\n\r\n", 421)]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: attacker.example\r\nX-Forwarded-Host: localhost\r\nConnection: close\r\n\r\n", 421)]
    public async Task A_Host_header_that_names_nobody_here_is_refused(string request, int status) =>
        (await SendAsync(request)).Split(' ')[1].ShouldBe(status.ToString());

    [Theory]
    [InlineData("127.0.0.1:5081")]
    [InlineData("172.17.0.1")]
    [InlineData("[::1]:5081")]
    [InlineData("localhost:5081")]
    [InlineData("LOCALHOST")]
    [InlineData("shop:5081")]
    [InlineData("ops.example.com")]
    public async Task An_address_localhost_and_the_names_of_the_setting_pass(string host) =>
        (await SendAsync($"GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")).ShouldStartWith("HTTP/1.1 200 ");

    [Theory]
    [InlineData("POST", "Origin", "https://attacker.example")]
    [InlineData("POST", "Origin", "null")]
    [InlineData("POST", "Origin", "http://localhost:3000")] // another program of this machine
    [InlineData("GET", "Origin", "https://attacker.example")]
    [InlineData("POST", "Sec-Fetch-Site", "cross-site")]
    [InlineData("POST", "Sec-Fetch-Site", "same-site")]
    [InlineData("GET", "Sec-Fetch-Site", "cross-site")]
    public async Task A_page_of_another_site_sends_nothing_even_with_the_key(string method, string header, string value)
    {
        var path = method == "GET" ? "/debug/gc" : "/ops/readiness/disable";
        using var request = new HttpRequestMessage(new(method), path) { Headers = { { header, value } } };
        using var response = await shop.Operator.SendAsync(request);

        var answer = await Answer.ReadAsync(response);
        (answer.Status, answer.Code).ShouldBe((403, "management.cross_site"));
        (await shop.GetAsync("/health/ready")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_page_of_the_listener_itself_and_a_link_from_elsewhere_may_read()
    {
        var origin = shop.Management.BaseAddress!.GetLeftPart(UriPartial.Authority);
        foreach (var headers in ((string, string)[][])[[("Origin", origin), ("Sec-Fetch-Site", "same-origin")], [("Sec-Fetch-Site", "none")], [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")]])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/ops");
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var response = await shop.Management.SendAsync(request);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_public_listener_is_called_by_any_name()
    {
        (await shop.GetAsync("/api/products", headers: ("Host", "shop.example"))).Status.ShouldBe(200);
        (await shop.GetAsync("/health/live", headers: ("Host", "shop.example"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_was_refused_at_the_door_is_counted()
    {
        const string Misdirected = "management_refusals_total{reason=\"misdirected\"}", CrossSite = "management_refusals_total{reason=\"cross_site\"}";
        var before = await shop.MetricsAsync();
        await SendAsync("GET /metrics HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/readiness/enable") { Headers = { { "Origin", "https://attacker.example" } } };
        (await shop.Operator.SendAsync(request)).Dispose();

        var after = await shop.MetricsAsync();
        after[Misdirected].ShouldBe(before[Misdirected] + 1);
        after[CrossSite].ShouldBe(before[CrossSite] + 1);
    }

    [Theory]
    [InlineData("http://shop")]
    [InlineData("shop:5081")]
    [InlineData("*")]
    public async Task A_setting_that_is_no_list_of_names_stops_the_start(string hosts) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => OwnShop.StartAsync(("Management:Hosts", hosts)))).Message.ShouldContain("ended with 1");

    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, shop.Management.BaseAddress!.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
