using System.Net;
using System.Text.Json;

namespace Observability.Console.Tests;

/// <summary>Two real hosts, of which one asks the other; and addresses behind which nobody is, or nothing of use.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class HostsTests
{
    // Nothing listens on the port of the discard protocol.
    private const string Nobody = "http://127.0.0.1:9";

    private static readonly DateTime Began = DateTime.UnixEpoch.AddYears(56);

    [Fact]
    public async Task One_question_is_answered_by_all_hosts_as_one()
    {
        await using var other = await ConsoleHost.StartAsync();
        await using var host = await ConsoleHost.StartAsync(("Console:Hosts", $"{other.Client.BaseAddress}, {Nobody}"), ("Console:HostsKey", ConsoleHost.Key), ("Console:HostsTimeout", "00:00:30"));
        List<string> sold = [Sell(host, 1), Sell(other, 2), Sell(other, 3, isFailed: true)];
        await SessionTests.AllAsync(other);

        var traces = await host.AskAsync("traces?hosts=all&filter=kind:server");
        traces.GetProperty("traces").EnumerateArray().Select(trace => trace.GetProperty("traceId").GetString()!).ShouldBe(sold.AsEnumerable().Reverse());
        HostsOf(traces).Select(one => one.GetProperty("answered").GetBoolean()).ShouldBe([true, true, false]);
        HostsOf(traces)[2].GetProperty("address").GetString().ShouldBe(Nobody);
        HostsOf(traces)[2].GetProperty("problem").GetString().ShouldBe("It cannot be reached.");
        HostsOf(traces)[1].GetProperty("store").GetProperty("kept").GetInt64().ShouldBe(2);

        var remote = await host.AskAsync($"traces/{sold[1]}?hosts=all");
        remote.GetProperty("resourceSpans").EnumerateArray().SelectMany(SpansOf).ShouldHaveSingleItem().GetProperty("traceId").GetString().ShouldBe(sold[1]);
        (await host.Client.GetAsync(new Uri($"/ops/api/traces/{sold[1]}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        var logs = await host.AskAsync("logs?hosts=all&filter=event:sale.made");
        logs.GetProperty("resourceLogs").EnumerateArray().Select(resource => resource.GetProperty("scopeLogs")[0].GetProperty("logRecords").GetArrayLength()).ShouldBe([1, 2]);

        var edge = (await host.AskAsync($"map?hosts=all&from={Began.AddMinutes(-1):O}&to={Began.AddMinutes(1):O}")).GetProperty("edges").EnumerateArray().ShouldHaveSingleItem();
        (edge.GetProperty("calls").GetDouble(), edge.GetProperty("errors").GetDouble()).ShouldBe((3, 1));
        edge.GetProperty("durations").EnumerateArray().Sum(bucket => bucket[1].GetInt32()).ShouldBe(3);
    }

    [Fact]
    public async Task A_trace_across_two_hosts_is_one_entry_that_ends_with_its_last_part()
    {
        await using var other = await ConsoleHost.StartAsync();
        await using var host = await ConsoleHost.StartAsync(("Console:Hosts", other.Client.BaseAddress!.ToString()), ("Console:HostsKey", ConsoleHost.Key), ("Console:HostsTimeout", "00:00:30"));
        var first = Given.Span("order", milliseconds: 10, start: Began);
        host.Recorder.Record(first);
        other.Recorder.Record(Given.Span("delivery", milliseconds: 5, start: Began.AddMilliseconds(20), parent: first.Context));
        await SessionTests.AllAsync(other);

        var trace = (await host.AskAsync("traces?hosts=all")).GetProperty("traces").EnumerateArray().ShouldHaveSingleItem();

        (trace.GetProperty("name").GetString(), trace.GetProperty("spans").GetDouble(), Math.Round(trace.GetProperty("durationMs").GetDouble(), 3)).ShouldBe(("order", 2, 25));
    }

    [Fact]
    public async Task A_host_that_does_not_answer_in_time_is_named_and_waited_for_no_longer()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var host = await ConsoleHost.StartAsync(
            ("Console:Hosts", $"http://{listener.LocalEndpoint}"), ("Console:HostsTimeout", "00:00:00.300"));

        var map = await host.AskAsync("map?hosts=all");

        HostsOf(map)[1].GetProperty("problem").GetString().ShouldBe("It did not answer within 0.3 s.");
    }

    [Fact]
    public async Task What_has_no_meaning_with_several_hosts_is_refused()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:Hosts", Nobody));
        foreach (var (path, field) in new[] { ("traces?hosts=some", "hosts"), ("logs?hosts=all&cursor=7", "cursor"), ("traces?hosts=all&follow=true", "follow"), ("traces?hosts=all&limit=0", "limit") })
        {
            using var answer = await host.Client.GetAsync($"/ops/api/{path}");

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().ShouldHaveSingleItem().Name.ShouldBe(field, path);
        }
    }

    // Two hosts in one process hear each other's requests; what is recorded here is of one of them.
    private static string Sell(ConsoleHost host, int second, bool isFailed = false)
    {
        var sale = Given.Span("sale", ActivityKind.Server, start: Began.AddSeconds(second), set: span => span.SetStatus(isFailed ? ActivityStatusCode.Error : ActivityStatusCode.Unset),
            attributes: [("app.module", "sales")]);
        host.Recorder.Record(sale);
        host.Recorder.Write(Given.Line("sold", eventName: "sale.made", traceId: sale.TraceId.ToHexString()));
        return sale.TraceId.ToHexString();
    }

    private static List<JsonElement> HostsOf(JsonElement answer) => [.. answer.GetProperty("hosts").EnumerateArray()];

    private static IEnumerable<JsonElement> SpansOf(JsonElement resource) =>
        resource.GetProperty("scopeSpans").EnumerateArray().SelectMany(scope => scope.GetProperty("spans").EnumerateArray());
}
