using System.Text.RegularExpressions;
using ECommerce.Deploy.Tests.Alerts;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>Every page has the same parts, so that nobody searches at night.</summary>
public sealed partial class RunbooksTests
{
    private static readonly string[] Parts = ["What it means", "Look here", "Do this", "It is over when"];

    [Fact]
    public void Every_runbook_has_the_same_parts_in_the_same_order() =>
        Runbook.All().Where(runbook => !runbook.Headings.SequenceEqual(Parts) && !runbook.Headings.SequenceEqual([.. Parts, "Afterwards"])).ShouldBeEmpty();

    [Fact]
    public void Every_runbook_is_titled_as_its_alert_and_says_how_urgent_it_is() =>
        Alert.All().Where(alert => !new Runbook(alert.Runbook).Text.StartsWith($"# {alert}\n\n{Capital(alert.Severity!)}, ", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Every_runbook_asks_the_metrics_first_and_then_the_log_or_says_why_not() =>
        Runbook.All()
            .Where(runbook => runbook.Part("Look here") is var look
                && (!Runbook.BlocksOf(look, "promql").Any() || !(Runbook.BlocksOf(look, "logql").Any() || look.Contains("\nNo log line", StringComparison.Ordinal))))
            .ShouldBeEmpty();

    [Fact]
    public void Every_runbook_that_asks_Loki_says_how_without_it() =>
        Runbook.All().Where(runbook => runbook.BlocksIn("logql").Any() && !runbook.BlocksIn("sh").Any(block => block.Contains("shop.log", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Every_runbook_says_by_one_expression_when_it_is_over() =>
        Runbook.All().Where(runbook => Runbook.BlocksOf(runbook.Part("It is over when"), "promql").Count() != 1).ShouldBeEmpty();

    [Fact]
    public void Every_runbook_leads_to_a_dashboard_and_to_traces() =>
        Runbook.All().Where(runbook => !runbook.Text.Contains("http://127.0.0.1:3000/d/", StringComparison.Ordinal)
            || !TraceOrWhyNot().IsMatch(runbook.Part("Look here"))).ShouldBeEmpty();

    [Fact]
    public void The_index_has_every_alert_with_its_severity_and_its_module() =>
        Row().Matches(Runbook.Index.Text).Select(row => row.Value)
            .ShouldBe(Alert.All().Select(alert => $"| [{alert}]({Path.GetFileName(alert.Runbook)}) | {alert.Severity} | {alert.Module ?? "of its label"} |"), ignoreOrder: true);

    private static string Capital(string word) => $"{char.ToUpperInvariant(word[0])}{word[1..]}";

    [GeneratedRegex(@"http://127\.0\.0\.1:16686/|^No trace |, and no trace", RegexOptions.Multiline)]
    private static partial Regex TraceOrWhyNot();

    [GeneratedRegex(@"^\| \[\w+\]\([a-z-]+\.md\) \| \w+ \| [a-z ]+ \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
