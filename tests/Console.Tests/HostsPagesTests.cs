using System.Net;
using System.Text.RegularExpressions;

namespace Observability.Console.Tests;

/// <summary>The pages of a console that knows two other hosts: all three real, of which one may be stopped.</summary>
[Collection(ConsoleHost.Alone)]
public sealed partial class HostsPagesTests
{
    [Fact]
    public async Task A_trace_across_three_hosts_is_one_waterfall_whose_rows_say_their_hosts()
    {
        await using var shop = await ThreeAsync();
        var root = Given.Span("POST /orders", ActivityKind.Server, 30, DateTime.UtcNow, TraceTreeTests.NewTrace());
        var reserve = Given.Span("ReserveStock", ActivityKind.Server, 10, root.StartTimeUtc.AddMilliseconds(5), root.Context, attributes: ("app.note", "in products"));
        var check = Given.Span("CheckUser", ActivityKind.Server, 4, root.StartTimeUtc.AddMilliseconds(20), root.Context);
        shop.Own.Recorder.Record(root);
        shop.Products.Recorder.Record(reserve);
        shop.Users.Recorder.Record(check);
        shop.Products.Recorder.Write(Given.Line("reserved", time: reserve.StartTimeUtc, members: $"\"trace_id\":\"{root.TraceId}\",\"span_id\":\"{reserve.SpanId}\""));

        var page = await shop.PageAsync($"traces/{root.TraceId}");

        RowName().Matches(page).Select(row => (row.Groups["name"].Value, row.Groups["host"].Value)).ShouldBe(
            [("POST /orders", shop.OwnName), ("ReserveStock", "products"), ("reserved", "products"), ("CheckUser", "users")]);
        page.ShouldNotContain("is left out");
        (await shop.PageAsync($"traces/{root.TraceId}?span={reserve.SpanId}")).ShouldContain("in products");
        var alone = await shop.PageAsync($"traces/{root.TraceId}?hosts=this");
        RowName().Matches(alone).ShouldBeEmpty();
        alone.ShouldContain("1 spans");
        var list = await shop.PageAsync("traces");
        list.ShouldContain($"<td>{shop.OwnName}, users, products</td>");
        TraceLink().Count(list).ShouldBe(1);
    }

    [Fact]
    public async Task Lists_have_the_records_of_all_hosts_by_time()
    {
        await using var shop = await ThreeAsync();
        var now = DateTime.UtcNow;
        var place = 0;
        foreach (var host in new[] { shop.Users, shop.Own, shop.Products })
        {
            var at = now.AddMilliseconds(++place);
            var span = Given.Span($"span {place}", ActivityKind.Server, place * 10, at, TraceTreeTests.NewTrace(), attributes: ("app.module", "orders"));
            host.Recorder.Record(span);
            host.Recorder.Write(Given.Line($"line {place}", time: at, eventName: "order.placed"));
        }

        (await shop.PageAsync("traces")).ShouldSatisfyAllConditions(
            page => Cells(page, "span").ShouldBe(["span 3", "span 2", "span 1"]),
            page => page.ShouldContain("<td>products</td>"),
            page => page.ShouldContain("3 traces", customMessage: "the map counts all of them"));
        Cells(await shop.PageAsync("traces?sort=duration&reverse=1"), "span").ShouldBe(["span 1", "span 2", "span 3"]);
        var logs = await shop.PageAsync("logs?filter=event:order.placed");
        Cells(logs, "line").ShouldBe(["line 3", "line 2", "line 1"]);
        var opened = LineLink().Match(logs).Groups["id"].Value;
        (await shop.PageAsync($"logs?filter=event:order.placed&line={opened}")).ShouldContain("aria-expanded=\"true\"");
        var map = await shop.PageAsync("map");
        map.ShouldContain($"<td>{shop.OwnName}, users, products</td>");
        foreach (var (path, count) in new[] { ("traces?hosts=this", 1), ("logs?hosts=this&filter=event:order.placed", 1) })
            Cells(await shop.PageAsync(path), path.Split('?')[0] == "traces" ? "span" : "line").Count().ShouldBe(count, path);
    }

    [Fact]
    public async Task A_stopped_host_is_named_and_the_others_are_shown()
    {
        await using var shop = await ThreeAsync();
        var span = Given.Span("span of users", ActivityKind.Server, 10, DateTime.UtcNow, TraceTreeTests.NewTrace());
        shop.Users.Recorder.Record(span);
        await shop.StopProductsAsync();

        foreach (var path in new[] { "traces", $"traces/{span.TraceId}", "logs", "map" })
        {
            var page = await shop.PageAsync(path);

            page.ShouldContain($"<b>products at {shop.ProductsAddress}</b> is left out. It cannot be reached.", customMessage: path);
            page.ShouldNotContain("<b>users", customMessage: path);
            (await shop.PageAsync($"{path}?hosts=this")).ShouldNotContain("is left out", customMessage: path);
        }
        (await shop.PageAsync("traces")).ShouldContain("span of users");
    }

    [Fact]
    public async Task A_host_that_is_silent_slows_one_page_and_not_each()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = await ConsoleHost.StartAsync(("Console:Hosts", $"mute=http://{listener.LocalEndpoint}"), ("Console:HostsTimeout", "00:00:00.300"));

        for (var i = 0; i < 5; i++)
            (await host.Client.GetStringAsync("/console/traces")).ShouldContain($"<b>mute at {listener.LocalEndpoint}</b> is left out. It did not answer within 0.3 s.");
        var asked = 0;
        for (; listener.Pending(); asked++)
            (await listener.AcceptSocketAsync()).Dispose();
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task The_switch_is_there_with_other_hosts_and_says_where_it_has_no_meaning()
    {
        await using var shop = await ThreeAsync();
        var lonely = await ConsoleHost.StartAsync();
        await using var _ = lonely;

        (await shop.PageAsync("traces")).ShouldSatisfyAllConditions(
            page => Chosen().Match(page).Groups["word"].Value.ShouldBe("all hosts"),
            page => page.ShouldContain("hosts=this"));
        Chosen().Match(await shop.PageAsync("traces?hosts=this")).Groups["word"].Value.ShouldBe("this host");
        (await shop.PageAsync("")).ShouldContain("this host only");
        (await lonely.Client.GetStringAsync("/console/traces")).ShouldNotContain("all hosts");
        (await lonely.Client.GetStringAsync("/console")).ShouldNotContain("this host only");
    }

    private static IEnumerable<string> Cells(string page, string word) => Regex.Matches(page, $"<bdi[^>]*>({word} \\d)</bdi>").Select(match => match.Groups[1].Value);

    private static async Task<Shop> ThreeAsync()
    {
        var (users, products) = (await ConsoleHost.StartAsync(), await ConsoleHost.StartAsync());
        var own = await ConsoleHost.StartAsync(
            ("Console:Hosts", $"users={users.Client.BaseAddress}, products={products.Client.BaseAddress}"), ("Console:HostsKey", ConsoleHost.Key), ("Console:HostsTimeout", "00:00:30"));
        return new(own, users, products);
    }

    private sealed record Shop(ConsoleHost Own, ConsoleHost Users, ConsoleHost Products) : IAsyncDisposable
    {
        private bool _isStopped;

        public string OwnName { get; } = Own.Service<Context.ServiceInstance>().Id;

        public string ProductsAddress { get; } = Products.Client.BaseAddress!.Authority;

        public async Task<string> PageAsync(string path)
        {
            foreach (var host in new[] { Own, Users })
                host.Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            if (!_isStopped)
                Products.Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();
            using var answer = await Own.Client.GetAsync($"/console/{path}");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            return await answer.Content.ReadAsStringAsync();
        }

        public async ValueTask StopProductsAsync()
        {
            _isStopped = true;
            await Products.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Own.DisposeAsync();
            await Users.DisposeAsync();
            if (!_isStopped)
                await Products.DisposeAsync();
        }
    }

    [GeneratedRegex("<span class=\"span-name\">.*?<bdi>(?<name>[^<]*)</bdi>(?:(?!</li>).)*?<span class=\"span-host\"><bdi>(?<host>[^<]*)</bdi>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RowName();

    [GeneratedRegex("href=\"[^\"]*/console/traces/[0-9a-f]{32}", RegexOptions.ExplicitCapture)]
    private static partial Regex TraceLink();

    [GeneratedRegex("[?&;]line=(?<id>products[^\"&]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex LineLink();

    [GeneratedRegex("aria-label=\"Hosts\">.*?aria-current=\"true\">(?<word>[^<]*)<", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Chosen();
}
