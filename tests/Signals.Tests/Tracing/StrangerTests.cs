using System.Net.Sockets;
using System.Text;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>What a caller without trust writes into headers, and how far it gets in the traces of the real shop.</summary>
public sealed class StrangerTests
{
    [Fact]
    public async Task Terminal_escapes_of_a_stranger_come_out_of_a_trace_as_text()
    {
        await using var shop = await OwnShop.StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(shop.Public.BaseAddress!.Host, shop.Public.BaseAddress.Port);
        await using var line = socket.GetStream();
        await line.WriteAsync(Encoding.UTF8.GetBytes("GET /version HTTP/1.1\r\nHost: shop\r\nConnection: close\r\nUser-Agent: \e]0;owned\a\e[2J\u009b1m\u202egnp\u2028forged\r\n\r\n"));
        var answer = await new StreamReader(line).ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200");
        var trace = answer.Split("X-Trace-Id: ")[1][..32];

        var tree = await Eventually.GetAsync(async () =>
            (await shop.Operator.GetAsync($"/ops/traces/{trace}")) is { IsSuccessStatusCode: true } found ? await found.Content.ReadAsStringAsync() : null);

        tree.ShouldContain(@"user_agent.original: \u001b]0;owned\u0007\u001b[2J\u009b1m\u202egnp");
        tree.Where(letter => letter != '\n').ShouldAllBe(letter => letter >= ' ' && letter <= '~');
    }

    [Fact]
    public async Task Nobody_can_write_into_the_tree_of_another_trace()
    {
        await using var shop = await OwnShop.StartAsync();
        var victim = (await shop.GetAsync("/api/products")).Header("X-Trace-Id")!;

        var attack = (await shop.GetAsync("/version", headers: ("traceparent", $"00-{victim}-b7ad6b7169203331-01"))).Header("X-Trace-Id")!;

        (await TreeAsync(shop, attack)).ShouldContain($"asked within trace {victim}");
        var tree = await TreeAsync(shop, victim);
        tree.ShouldContain("GET /api/products");
        tree.ShouldNotContain(attack);
        tree.ShouldNotContain("/version");
    }

    [Theory]
    [InlineData("always_on", null)]
    [InlineData("always_off", null)]
    [InlineData("traceidratio", "0.1")]
    public async Task The_id_that_answer_problem_and_timeline_name_is_in_the_lines_whatever_is_sampled(string sampler, string? argument)
    {
        await using var collected = await CollectedShop.StartAsync(("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument), ("Endpoints:TrustedProxies", ""));
        var (shop, collector) = (collected.Shop, collected.Collector);
        for (var time = 0; time < 3; time++)
        {
            var order = await shop.Given.AnOrderAsync();
            var timeline = await shop.GetAsync($"/api/orders/{order.Id}/timeline", order.Customer, ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"));
            var refused = await shop.GetAsync($"/api/orders/{Guid.CreateVersion7()}", order.Customer);

            string[] named = [timeline.Header("X-Trace-Id")!, refused.Body.GetProperty("traceId").GetString()!, timeline.Body.GetProperty("items")[0].GetProperty("traceId").GetString()!];
            refused.Body.GetProperty("traceId").GetString().ShouldBe(refused.Header("X-Trace-Id"));
            foreach (var id in named)
            {
                await Eventually.TrueAsync(() => shop.Log.Of(id).Any(line => line.GetProperty("event").GetString() == "request.completed"), $"{id} is on stdout");
                await collector.LogAsync(record => record.TraceId == id && record.EventName == "request.completed");
            }
        }
    }

    private static Task<string> TreeAsync(OwnShop shop, string trace) => Eventually.GetAsync(async () =>
        await shop.Operator.GetAsync($"/ops/traces/{trace}") is { IsSuccessStatusCode: true } found
            && await found.Content.ReadAsStringAsync() is var tree && tree.Contains("GET /", StringComparison.Ordinal) ? tree : null)!;
}
