using System.Net;

namespace Observability.Console.Tests;

/// <summary>The Overview and the page of metrics as the server draws them first, in an application that has nothing but the console's two lines.</summary>
public sealed class MetricPagesTests
{
    [Fact]
    public async Task An_application_with_two_lines_has_an_overview_of_its_requests()
    {
        await using var host = await ConsoleHost.StartAsync();
        for (var i = 0; i < 8; i++)
            await host.SellAsync(i % 4);
        await MetricApiTests.SampledAsync(host);
        await host.SellAsync(1);
        await MetricApiTests.SampledAsync(host);

        var page = await PageAsync(host, "/console?range=1m");

        foreach (var text in new[] { "Golden signals", "sales-service", "Processor", "Memory", "Requests in flight", "Started with version", "Samples of metrics are complete since", "Failed requests" })
            page.ShouldContain(text);
        page.ShouldNotContain(" style=");
    }

    [Fact]
    public async Task The_page_of_metrics_teaches_a_family_and_leads_to_its_traces()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.SellAsync(0);
        await MetricApiTests.SampledAsync(host);
        var trace = await host.SellAsync(0);
        await MetricApiTests.SampledAsync(host);

        var list = await PageAsync(host, "/console/metrics?q=customers%20SEE");
        list.ShouldContain("http_request_duration_seconds");
        list.ShouldNotContain(">http_requests_total<");
        var page = await PageAsync(host, "/console/metrics?family=http_request_duration_seconds&value=p95&by=service");
        page.ShouldContain("Duration of HTTP requests, from the parsed headers");
        page.ShouldContain("histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[60s])))");
        page.ShouldContain($"/console/traces/{trace}?span=");
        page.ShouldContain("at most");
        var narrowed = await PageAsync(host, "/console/metrics?family=http_requests_total&match=status=~5..");
        narrowed.ShouldContain("rate(http_requests_total{status=~\"5..\"}[60s])");
        narrowed.ShouldContain("1 series");
    }

    [Fact]
    public async Task A_wrong_address_is_said_on_the_page()
    {
        await using var host = await ConsoleHost.StartAsync();
        await host.SellAsync(1);
        await MetricApiTests.SampledAsync(host);

        (await PageAsync(host, "/console/metrics?family=%3Cscript%3Ealert(1)%3C/script%3E")).ShouldNotContain("<script>alert");
        (await PageAsync(host, "/console/metrics?family=http_requests_total&value=p95")).ShouldContain("value: Must be raw or rate");
        (await PageAsync(host, "/console/metrics?family=http_requests_total&match=%3Cb%3E")).ShouldContain("match: Must be label=value");
    }

    /// <summary>The text of a page, with references to characters replaced.</summary>
    private static async Task<string> PageAsync(ConsoleHost host, string path)
    {
        using var answer = await host.Client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return path.Contains("script", StringComparison.Ordinal) ? text : WebUtility.HtmlDecode(text);
    }
}
