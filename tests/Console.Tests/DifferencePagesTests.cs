using System.Net;
using System.Text.RegularExpressions;

namespace Observability.Console.Tests;

/// <summary>The map and the page of what differs as the server draws them first.</summary>
[Collection(ConsoleHost.Alone)]
public sealed class DifferencePagesTests
{
    private const string Hostile = "<img src=x onerror=alert(1)>\"' \u202e\u001b[31m";

    [Fact]
    public async Task The_map_has_a_line_and_a_row_for_each_call_that_lead_to_its_traces()
    {
        await using var host = await ConsoleHost.StartAsync();
        await RecordedAsync(host, traces: 6);

        var page = await PageAsync(host, "/console/map?range=5m");

        page.ShouldContain("callers to sales: ");
        page.ShouldContain("33.3 % errors");
        page.ShouldContain("href=\"/console/traces?filter=kind%3Aserver%20module%3Asales&amp;range=5m\"");
        page.ShouldContain("filter=kind%3Aserver%20module%3Asales%20status%3Aerror");
        page.ShouldContain("Spans are complete since");
        page.ShouldNotContain(" style=");
    }

    [Fact]
    public async Task Failed_traces_are_compared_with_the_rest_and_each_value_narrows_or_selects()
    {
        await using var host = await ConsoleHost.StartAsync();
        await RecordedAsync(host, traces: 60);

        var page = await PageAsync(host, "/console/differs?selected=status:error&filter=kind:server");

        page.ShouldContain("20 selected, 40 others");
        page.ShouldContain("<bdi>error.type</bdi>");
        page.ShouldContain("aria-label=\"Remove: status:error\"");
        page.ShouldContain("503: 100 % of the selected traces (20), 0 % of the others (0)");
        page.ShouldContain("filter=kind%3Aserver%20%26%20attr.error.type%3A503");
        page.ShouldContain("selected=attr.error.type%3A503");
        page.ShouldContain("http.response.status_code = 503");
        page.ShouldContain("start</b>", customMessage: "moments to compare before and after are offered");
        page.ShouldNotContain(" style=");
    }

    [Fact]
    public async Task What_nothing_is_selected_for_or_of_is_said()
    {
        await using var host = await ConsoleHost.StartAsync();
        await RecordedAsync(host, traces: 6);

        (await PageAsync(host, "/console/differs")).ShouldNotContain(" others</h2>");
        (await PageAsync(host, "/console/differs?shortest=1h")).ShouldContain("No trace is selected.");
        (await PageAsync(host, "/console/differs?before=2020-01-01")).ShouldContain("Every trace is selected, so that there is no rest.");
        (await PageAsync(host, "/console/differs?selected=colour:red")).ShouldContain("selected: Unknown field.");
        (await PageAsync(host, "/console/differs?before=soon")).ShouldContain("before: Must be a time");
    }

    [Fact]
    public async Task Names_that_strangers_write_are_shown_and_do_nothing()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            host.Recorder.Record(Given.Span(i % 3 == 0 ? Hostile : "usual", ActivityKind.Client, i % 3 == 0 ? 900 : 1, DateTime.UtcNow.AddSeconds(-2), set: span =>
                span.SetTag("server.address", i % 3 == 0 ? Hostile : "usual").SetTag($"odd {Hostile}", i % 3 == 0 ? new string('x', 100_000) : "usual")));
        }
        host.Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();

        foreach (var path in new[] { "/console/map", "/console/differs?shortest=500ms", $"/console/differs?selected={Uri.EscapeDataString($"\"{Hostile.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")}" })
        {
            var page = await PageAsync(host, path);

            page.ShouldContain("&lt;img", customMessage: path);
            page.ShouldNotContain("<img", customMessage: path);
            // The field of the filter has what its reader wrote.
            var shown = WebUtility.HtmlDecode(Regex.Replace(page, "<input[^>]*>", ""));
            shown.ShouldNotContain("\u001b", customMessage: path);
            shown.ShouldNotContain("\u202e", customMessage: path);
            page.Length.ShouldBeLessThan(200_000, path);
        }
    }

    // A third of the sales fail.
    private static async Task RecordedAsync(ConsoleHost host, int traces)
    {
        for (var i = 0; i < traces; i++)
            await host.SellAsync(i % 3);
        // A request is recorded after its answer has arrived.
        for (var patience = Stopwatch.StartNew(); host.Recorder.Spans.Appended < traces;)
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
            host.Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        }
    }

    private static async Task<string> PageAsync(ConsoleHost host, string path)
    {
        using var answer = await host.Client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return text;
    }
}
