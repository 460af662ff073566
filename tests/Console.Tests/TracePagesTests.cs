using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Observability.Console.Recording;

namespace Observability.Console.Tests;

/// <summary>The pages of traces and log records, as the host draws them before a script runs.</summary>
public sealed partial class TracePagesTests
{
    private const string Hostile = "<img src=x onerror=alert(1)>\u202Ecod\u001b[31m\u0000 &amp; \"quoted\"";

    [Fact]
    public async Task A_trace_is_followed_from_the_list_to_its_statement_and_its_log_record_and_back()
    {
        await using var host = await ConsoleHost.StartAsync();
        var (root, _, insert) = Record(host.Recorder);

        var list = await PageAsync(host, "traces?filter=name:INSERT*");
        list.ShouldContain($"/console/traces/{root.TraceId}");
        RowsIn(list).ShouldBe(1);
        list.ShouldContain("/console/differs?selected=name%3AINSERT");
        var trace = await PageAsync(host, $"traces/{root.TraceId}");
        Names(trace).ShouldBe(["POST /sales", "Sell", "INSERT sales.sales", "sold"]);
        trace.ShouldContain($"/console/traces/{root.TraceId}?span={insert.SpanId}");
        var span = await PageAsync(host, $"traces/{root.TraceId}?span={insert.SpanId}");
        WebUtility.HtmlDecode(span).ShouldContain("INSERT INTO sales.sales (id)\nVALUES (@Id)");
        var address = LogLink().Match(span).Groups["address"].Value;
        var log = await PageAsync(host, WebUtility.HtmlDecode(address));
        log.ShouldContain("aria-expanded=\"true\"");
        log.ShouldContain($"/console/traces/{root.TraceId}?span={insert.SpanId}");
    }

    [Fact]
    public async Task The_story_has_the_traces_on_one_axis_and_an_arrow_from_the_message_to_its_handler()
    {
        await using var host = await ConsoleHost.StartAsync();
        var (root, sell, _) = Record(host.Recorder);
        var sent = Given.Span("send Sold", ActivityKind.Producer, 1, sell.StartTimeUtc, sell.Context, attributes: ("messaging.message.id", "m-1"));
        var handled = Given.Span("process Sold", ActivityKind.Consumer, 5, sell.StartTimeUtc.AddHours(2), TraceTreeTests.NewTrace(), span => span.AddLink(new(sent.Context)));
        host.Recorder.Record(sent);
        host.Recorder.Record(handled);

        var story = await PageAsync(host, $"traces/{root.TraceId}?view=story");

        story.ShouldContain($"/console/traces/{handled.TraceId}?span={handled.SpanId}");
        Regex.Count(story, "class=\"arrow\"").ShouldBe(1);
        story.ShouldContain(">2 h</text>", customMessage: "the silence that is drawn shorter");
    }

    [Fact]
    public async Task What_a_stranger_writes_is_text_and_nothing_else()
    {
        await using var host = await ConsoleHost.StartAsync();
        var hostile = Given.Span(Hostile, parent: TraceTreeTests.NewTrace(), start: DateTime.UtcNow, set: span => span.AddEvent(new(Hostile)),
            attributes: [("app.note", Hostile), (Hostile, new string('x', 100_000)), ("db.query.text", Hostile), ("app.module", Hostile)]);
        host.Recorder.Record(hostile);
        host.Recorder.Write(Given.Line(Hostile + new string('y', 100_000), category: "Tills.Sales", time: DateTime.UtcNow, traceId: hostile.TraceId.ToHexString(), members: $"\"note\":{System.Text.Json.JsonSerializer.Serialize(Hostile)}"));

        foreach (var path in new[]
        {
            "traces", $"traces/{hostile.TraceId}", $"traces/{hostile.TraceId}?span={hostile.SpanId}", $"traces/{hostile.TraceId}?view=story", "logs?line=0",
            $"traces?filter={Uri.EscapeDataString(Hostile)}", $"logs?filter={Uri.EscapeDataString(Hostile)}", $"traces/{Uri.EscapeDataString(Hostile.Replace("\0", "", StringComparison.Ordinal))}",
            $"traces/{hostile.TraceId}?search={Uri.EscapeDataString(Hostile)}",
            $"traces/{hostile.TraceId}?span={Uri.EscapeDataString(Hostile)}&zoom={Uri.EscapeDataString(Hostile)}&at={Uri.EscapeDataString(Hostile)}",
            $"traces?shortest={Uri.EscapeDataString(Hostile)}&longest=9e99h&sort={Uri.EscapeDataString(Hostile)}&cursor={Uri.EscapeDataString(Hostile)}&from=0001-01-01&to=9999-12-31",
            $"logs?line={Uri.EscapeDataString(Hostile)}&cursor={Uri.EscapeDataString(Hostile)}&from=0001-01-01&to=9999-12-31",
            $"logs?line=9223372036854775807&cursor=-1&range={Uri.EscapeDataString(Hostile)}",
        })
        {
            var page = await PageAsync(host, path);

            page.ShouldNotContain("met an error (", customMessage: path);
            page.ShouldNotContain("<img", customMessage: path);
            page.ShouldNotContain("\u202E", customMessage: path);
            page.ShouldNotContain("\u001b", customMessage: path);
            page.ShouldNotContain(" style=", customMessage: path);
            page.Length.ShouldBeLessThan(150_000, path);
        }
        (await PageAsync(host, "traces")).ShouldContain("&lt;img src=x onerror=alert(1)&gt;\\u202ecod\\u001b[31m");
    }

    [Fact]
    public async Task A_mistake_in_a_filter_is_shown_where_it_is()
    {
        await using var host = await ConsoleHost.StartAsync();

        foreach (var path in new[] { "traces", "logs" })
        {
            var page = await PageAsync(host, $"{path}?filter=module:sales%20colour:red");

            page.ShouldContain("Unknown field.", customMessage: path);
            page.ShouldContain("<bdi>module:sales </bdi><mark><bdi>colour:red</bdi></mark>", customMessage: path);
        }
    }

    [Fact]
    public async Task A_large_trace_has_only_its_first_rows_in_the_page_and_the_selected_one()
    {
        await using var host = await ConsoleHost.StartAsync(("Console:QueuedSpans", "65536"));
        var root = Given.Span("import", milliseconds: 60_000, parent: TraceTreeTests.NewTrace(), start: DateTime.UtcNow);
        host.Recorder.Record(root);
        Activity step = root;
        for (var i = 1; i < 20_000; i++)
            host.Recorder.Record(step = Given.Span("step", start: root.StartTimeUtc.AddMilliseconds(i), parent: root.Context));

        var top = await PageAsync(host, $"traces/{root.TraceId}");
        var end = await PageAsync(host, $"traces/{root.TraceId}?span={step.SpanId}");

        var zoomed = await PageAsync(host, $"traces/{root.TraceId}?zoom={TimeSpan.FromMilliseconds(1000.5).Ticks}-{TimeSpan.FromMilliseconds(1004.5).Ticks}");

        top.ShouldContain("20,000 spans");
        Regex.Count(zoomed, "class=\"span-row").ShouldBe(6, "the root and what ran in these four milliseconds");
        Regex.Count(top, "class=\"span-row").ShouldBe(60);
        Regex.Count(end, "class=\"span-row").ShouldBeLessThanOrEqualTo(60);
        end.ShouldContain("class=\"span-row selected");
    }

    [Fact]
    public async Task The_messages_of_an_open_page_are_no_traces()
    {
        await using var host = await ConsoleHost.StartAsync();
        using (var socket = new ClientWebSocket())
        {
            foreach (var (name, values) in host.Client.DefaultRequestHeaders)
                socket.Options.SetRequestHeader(name, values.Single());
            await socket.ConnectAsync(new($"ws://{host.Client.BaseAddress!.Authority}/_blazor"), CancellationToken.None);
            await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            var answer = new byte[64];
            (await socket.ReceiveAsync(answer.AsMemory(), CancellationToken.None)).Count.ShouldBe(3, "{} and the end of a message");
            // OnRenderCompleted(1, null) in MessagePack, behind its length. The host answers that there is no such page.
            byte[] call = [0x19, 0x95, 0x01, 0x80, 0xC0, 0xB1, .. "OnRenderCompleted"u8, 0x92, 0x01, 0xC0];
            await socket.SendAsync(call, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            (await socket.ReceiveAsync(answer.AsMemory(), CancellationToken.None)).MessageType.ShouldBe(WebSocketMessageType.Binary);
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        (await host.AskAsync("traces?filter=ComponentHub")).GetProperty("traces").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_trace_that_is_not_there_says_why()
    {
        await using var host = await ConsoleHost.StartAsync();
        const string Id = "0af7651916cd43dd8448eb211c80319c";

        (await PageAsync(host, $"traces/{Id}")).ShouldContain("This host has kept every span since");
        (await PageAsync(host, $"traces/{Id}?at={DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}"))
            .ShouldContain("before this host began to keep spans");
        host.Recorder.Write(Given.Line("not sampled", traceId: Id, time: DateTime.UtcNow, members: "\"sampled\":false"));
        (await PageAsync(host, $"traces/{Id}")).ShouldContain("was not sampled");
        (await PageAsync(host, "traces/abc")).ShouldContain("32 hexadecimal digits");
    }

    private static (Activity Root, Activity Sell, Activity Insert) Record(Recorder recorder)
    {
        var root = Given.Span("POST /sales", ActivityKind.Server, 20, DateTime.UtcNow, TraceTreeTests.NewTrace(), attributes: ("http.route", "/sales"));
        var sell = Given.Span("Sell", milliseconds: 15, start: root.StartTimeUtc.AddMilliseconds(2), parent: root.Context);
        var insert = Given.Span("INSERT sales.sales", ActivityKind.Client, 5, root.StartTimeUtc.AddMilliseconds(10), sell.Context,
            attributes: [("db.system.name", "postgresql"), ("db.query.text", "INSERT INTO sales.sales (id)\nVALUES (@Id)")]);
        foreach (var span in new[] { insert, sell, root })
            recorder.Record(span);
        recorder.Write(Given.Line("sold", time: insert.StartTimeUtc.AddMilliseconds(2),
            members: $"\"trace_id\":\"{root.TraceId}\",\"span_id\":\"{insert.SpanId}\""));
        return (root, sell, insert);
    }

    private static async Task<string> PageAsync(ConsoleHost host, string path)
    {
        host.Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        using var answer = await host.Client.GetAsync(path.StartsWith('/') ? path : $"/console/{path}");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.Content.ReadAsStringAsync();
    }

    private static int RowsIn(string page) => Regex.Count(page, "<tr") - 1;

    private static IEnumerable<string> Names(string page) => RowName().Matches(page).Select(match => match.Groups["name"].Value);

    [GeneratedRegex("<span class=\"span-name\">.*?<bdi>(?<name>[^<]*)</bdi>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex RowName();

    [GeneratedRegex("<p class=\"panel-line\">\\s*<a class=\"mono\" href=\"(?<address>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LogLink();
}
