using System.Text.RegularExpressions;
using ECommerce.Deploy.Tests.Runbooks;

namespace ECommerce.Deploy.Tests.Alerts;

/// <summary>Whoever is woken by an alert learns how urgent it is, whose it is, what to look at and what to do.</summary>
public sealed partial class AlertsTests
{
    [Fact]
    public void Every_alert_has_a_runbook_and_every_runbook_an_alert()
    {
        var alerts = Alert.All();

        alerts.Select(alert => alert.Name).ShouldBeUnique();
        alerts.Select(alert => alert.Runbook).Order(StringComparer.Ordinal).ShouldBe(Runbook.All().Select(runbook => runbook.Path));
        alerts.Where(alert => alert.Annotation("runbook_url") != alert.Runbook).ShouldBeEmpty();
    }

    [Fact]
    public void Every_alert_is_a_page_or_a_ticket() =>
        Alert.All().Where(alert => alert.Severity is not ("page" or "ticket")).ShouldBeEmpty();

    /// <summary>Customers feel that answers fail, that they are slow, and that nobody answers. Everything else is a cause, and waits until the morning.</summary>
    [Fact]
    public void A_page_is_about_what_customers_feel() =>
        Alert.All().Where(alert => alert.Severity is "page")
            .SelectMany(alert => Selector.In(alert.Expression), (alert, selector) => $"{alert.Name} asks for {selector}")
            .Where(asked => !Symptom().IsMatch(asked))
            .ShouldBeEmpty();

    [Fact]
    public void Every_alert_says_whose_it_is() =>
        Alert.All().Where(alert => alert.Module is null && !ModuleLabel().IsMatch(alert.Expression)).ShouldBeEmpty();

    [Fact]
    public void The_summary_of_every_alert_begins_with_its_module() =>
        Alert.All()
            .Where(alert => alert.Annotation("summary")?.StartsWith($"{alert.Module ?? "{{ $labels.module }}"}: ", StringComparison.Ordinal) is not true)
            .ShouldBeEmpty();

    [Fact]
    public void Every_alert_leads_to_a_dashboard_that_exists() =>
        Alert.All()
            .Where(alert => Dashboard().Match(alert.Annotation("dashboard_url") ?? "") is not { Success: true } link
                || !new DeployFile($"deploy/grafana/dashboards/{link.Groups["uid"].Value}.json").Exists)
            .ShouldBeEmpty();

    [Fact]
    public void Every_dashboard_that_a_runbook_names_exists() =>
        Runbook.All()
            .SelectMany(runbook => Dashboard().Matches(runbook.Text), (runbook, link) => (runbook, Uid: link.Groups["uid"].Value))
            .Where(link => !new DeployFile($"deploy/grafana/dashboards/{link.Uid}.json").Exists)
            .ShouldBeEmpty();

    // The objectives and what they are made of, and whether a host of the shop can be scraped at all.
    [GeneratedRegex(@" asks for (slo:|module:slo_|up\{job=""ecommerce""\}$)")]
    private static partial Regex Symptom();

    // A series that is recorded by module, a sum that keeps the label, or a label made of another.
    [GeneratedRegex(@"\bmodule:\w|by \(module\)|""module"", ""\$1""")]
    private static partial Regex ModuleLabel();

    [GeneratedRegex(@"http://127\.0\.0\.1:3000/d/(?<uid>[a-z-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Dashboard();
}
