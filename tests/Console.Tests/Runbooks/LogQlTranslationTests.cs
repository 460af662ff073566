using System.Text.RegularExpressions;
using Observability.Console.Filtering;
using Observability.Console.Runbooks;
using Observability.Console.Settings;
using Observability.Console.Tests.Alerting;

namespace Observability.Console.Tests.Runbooks;

public sealed partial class LogQlTranslationTests
{
    private static readonly ConsoleSettings Settings = new();

    [Theory]
    [InlineData("{service_name=\"shop\"} | event=~\"event.failed|outbox.unreachable\"", "event:event.failed (1h)", "event:outbox.unreachable (1h)")]
    [InlineData("{service_name=\"shop\"} | event=~\"host.*\"", "event:host* (1h)")]
    [InlineData("{service_name=\"shop\"} | event=\"request.completed\" | durationMs > 500 | module=\"orders\"", "event:request.completed attr.durationMs>500 module:orders (1h)")]
    [InlineData("sum by (path, status) (count_over_time({service_name=\"shop\"} | event=\"request.completed\" | status >= 500 [15m]))", "event:request.completed status>=500 (15m)")]
    [InlineData("sum(count_over_time({service_name=\"shop\"} | event=\"a.b\" [10m]))", "event:a.b (15m)")]
    [InlineData("{service_name=\"shop\"} | outcome!=\"ok\" | exception_type=\"E\"", "-attr.outcome:ok attr.exception.type:E (1h)")]
    [InlineData("{service_name=\"shop\"} |= \"out of stock\" != \"retry\"", "\"out of stock\" -retry (1h)")]
    [InlineData("{service_name=\"shop\"} | event!~\"a.b|c.d\"", "-event:a.b -event:c.d (1h)")]
    [InlineData("{service_name=\"shop\"}", " (1h)")]
    [InlineData("{service_name=\"gateway\"} | event=\"a\"")]
    [InlineData("{service_name=\"shop\"} |~ \"a+\"")]
    [InlineData("{service_name=\"shop\"} | event=~\"(a|b)+\"")]
    [InlineData("{service_name=\"shop\"} | json | line_format \"x\"")]
    [InlineData("rate({service_name=\"shop\"} [5m]) > 7")]
    [InlineData("nonsense")]
    public void A_simple_query_becomes_searches_and_any_other_stays_a_text(string logql, params string[] searches)
    {
        var links = LogQlTranslation.Of(logql, "shop", Settings);

        links.Select(link => $"{link.Filter} ({link.Range})").ShouldBe(searches);
        links.ShouldAllBe(link => IsFilter(link.Filter));
    }

    [Fact]
    public void Every_query_of_the_repositorys_runbooks_about_the_host_becomes_a_search()
    {
        var queries = Directory.EnumerateFiles(Path.Combine(RuleCases.Root, "docs/runbooks"), "*.md")
            .SelectMany(path => Fence().Matches(File.ReadAllText(path)).Select(fence => fence.Groups["query"].Value.Trim())).ToArray();

        queries.Length.ShouldBeGreaterThan(20);
        queries.Where(query => LogQlTranslation.Of(query, "ecommerce", Settings).Count == 0).ShouldBe(["{service_name=\"ecommerce-gateway\"} !~ \"context canceled\""]);
        queries.SelectMany(query => LogQlTranslation.Of(query, "ecommerce", Settings)).ShouldAllBe(link => IsFilter(link.Filter));
    }

    [Fact]
    public void A_lesson_shows_the_searches_that_its_queries_become()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(RuleCases.Root, "docs/lessons/week-6.md")))
            .Select(row => (Query: row.Groups["query"].Value.Replace("\\|", "|", StringComparison.Ordinal), Filter: row.Groups["filter"].Value)).ToArray();

        rows.Length.ShouldBe(3);
        foreach (var (query, filter) in rows)
            LogQlTranslation.Of(query, "ecommerce", Settings).ShouldHaveSingleItem(query).Filter.ShouldBe(filter);
    }

    private static bool IsFilter(string filter) => new FilterParser(Settings.Fields).TryParse(filter, out _, out _);

    [GeneratedRegex(@"```logql\n(?<query>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\| `(?<query>\{service_name=.*)` \| `(?<filter>.*)` \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
