using System.Net;
using System.Text.RegularExpressions;
using Observability.Console.Tests.Alerting;

namespace Observability.Console.Tests.Runbooks;

/// <summary>The pages of alerts and runbooks, as they are drawn at first.</summary>
public sealed partial class RunbookPageTests
{
    private const string Rules = """
        groups:
          - name: sales
            rules:
              - record: slo:availability:objective
                expr: vector(0.999)
              - record: shop:slo_availability_errors:ratio_rate5m
                expr: vector(0.0005)
              - {alert: Broken, expr: 'vector(42)', labels: {severity: page}, annotations: {summary: '<b>it</b> is {{ $value }}', runbook_url: docs/runbooks/broken.md}}
        """;

    private const string Broken = """
        # Broken

        Page. See [the other](other.md#do-this), [a document](../telemetry.md), [bad](javascript:alert(1)) and <http://127.0.0.1:3000/d/slo>.

        <script>alert(1)</script> <img src=x onerror=alert(1)> ![picture](http://elsewhere/x.png)

        1. Look:

           ```promql
           vector(6) * 7
           ```
           ```promql
           sum by (le) (nothing_here)
           ```
           ```promql
           stddev(up)
           ```
           ```logql
           {service_name="tills"} | event="request.broke"
           ```

        | A | B |
        |:--|--:|
        | `code` | **strong** |

        ```sh
        curl <address> && echo "$KEY"
        ```
        """;

    [Fact]
    public async Task A_runbook_has_its_answers_in_place_and_nothing_of_it_is_markup()
    {
        await using var host = await StartAsync();
        var page = await host.Client.GetStringAsync("/console/runbooks/broken");

        page.ShouldContain("<h1 tabindex=\"-1\">Broken</h1>");
        page.ShouldContain("<b>42</b>");
        page.ShouldContain("Not answered here: this host has no metric nothing_here");
        page.ShouldContain("Not answered here: unsupported: stddev");
        page.ShouldContain("href=\"/console/logs?filter=event%3Arequest.broke&amp;range=1h\"");
        page.ShouldContain("href=\"/console/runbooks/other#do-this\"");
        page.ShouldContain("href=\"http://127.0.0.1:3000/d/slo\"");
        page.ShouldContain("<span>a document</span>");
        page.ShouldContain("<td><code>code</code></td><td><strong>strong</strong></td>");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        var article = page[page.IndexOf("<article", StringComparison.Ordinal)..page.IndexOf("</article>", StringComparison.Ordinal)];
        foreach (var danger in new[] { "<script", "<img", "javascript:", " style=", "onerror=alert(1)>" })
            article.ShouldNotContain(danger);
    }

    [Fact]
    public async Task An_alert_leads_to_its_runbook_and_the_budget_is_shown()
    {
        await using var host = await StartAsync();
        var page = await PageAsync(host, "/console/alerts", "firing");

        page.ShouldContain("href=\"/console/runbooks/broken\"");
        page.ShouldContain("&lt;b&gt;it&lt;/b&gt; is 42");
        page.ShouldContain("0.5&#xD7;");
        (await PageAsync(host, "/console/runbooks", "firing")).ShouldContain("href=\"/console/runbooks/other\"");
        (await host.Client.GetStringAsync("/console/runbooks/nowhere")).ShouldContain("No such runbook");
    }

    [Fact]
    public async Task Every_runbook_of_the_repository_is_drawn_and_its_links_lead_somewhere()
    {
        await using var host = await ConsoleHost.StartWithAsync(settings =>
        {
            foreach (var path in Directory.EnumerateFiles(Path.Combine(RuleCases.Root, "docs/runbooks"), "*.md"))
                settings.Runbooks[Path.GetFileNameWithoutExtension(path)] = File.ReadAllText(path);
            foreach (var (name, text) in RuleCases.Settings().RuleFiles)
                settings.RuleFiles[name] = text;
        });
        var list = await host.Client.GetStringAsync("/console/runbooks");
        HashSet<string> pages = [.. Runbook().Matches(list).Select(link => link.Groups["page"].Value)];
        pages.Count.ShouldBeGreaterThan(25);
        foreach (var page in pages)
        {
            var text = await host.Client.GetStringAsync(page);
            text.ShouldNotContain(" style=", customMessage: page);
            Runbook().Matches(text).Select(link => link.Groups["page"].Value).Where(link => link.Length > 0).ShouldBeSubsetOf(pages);
        }
        (await host.Client.GetStringAsync("/console/runbooks/outbox-old")).ShouldContain("href=\"/console/runbooks/outbox-dead-letters\"");
    }

    private static Task<ConsoleHost> StartAsync() => ConsoleHost.StartWithAsync(settings =>
    {
        settings.RuleFiles["sales.yml"] = Rules;
        (settings.Runbooks["broken"], settings.Runbooks["other"]) = (Broken, "# Other\n\n## Do this\n");
    }, ("Console:RuleInterval", "00:00:01"));

    private static async Task<string> PageAsync(ConsoleHost host, string path, string wanted)
    {
        for (var deadline = Stopwatch.StartNew(); ;)
        {
            using var answer = await host.Client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var page = await answer.Content.ReadAsStringAsync();
            if (page.Contains(wanted, StringComparison.Ordinal))
                return page;
            deadline.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), page);
        }
    }

    [GeneratedRegex("href=\"(?<page>/console/runbooks/[^\"#]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Runbook();
}
