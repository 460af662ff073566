namespace ECommerce.Deploy.Tests.Alerts;

/// <summary>promtool's cases leave no alert out.</summary>
public sealed class AlertCasesTests
{
    [Fact]
    public void Every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent()
    {
        var cases = (from file in DeployFile.In("deploy/prometheus/rules/tests", "*.test.yml")
                     from test in file.Read()["tests"]!.AsArray()
                     from look in test!["alert_rule_test"]?.AsArray() ?? []
                     select (Alert: look["alertname"]!.GetValue<string>(), Fires: look["exp_alerts"]!.AsArray().Count > 0)).Distinct().ToList();

        cases.ShouldBe(Alert.All().SelectMany(alert => new[] { (alert.Name, true), (alert.Name, false) }), ignoreOrder: true);
    }
}
