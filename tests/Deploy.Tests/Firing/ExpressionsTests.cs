using ECommerce.Deploy.Tests.Alerts;
using ECommerce.Deploy.Tests.Runbooks;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>
/// Whatever a panel, an alert or a runbook asks had an answer on the bad day, asked of the Prometheus that watched it; or it says why not.
/// </summary>
[Collection(OneBadDay.Name)]
[Trait("Category", "Running")]
public sealed class ExpressionsTests(BadDay day)
{
    // Neither of these programs can run beside the tests. KnownMetrics holds their names and labels against what is known of them.
    private static readonly string[] NotHere = ["KrakenD", "OpenTelemetry Collector", "RabbitMQ"];

    // By a part of the expression.
    private static readonly Dictionary<string, string> EmptyOnThatDay = new()
    {
        ["job=\"krakend\""] = "no gateway runs beside the tests",
        ["error_budget_remaining_ratio"] = "a month's budget is looked at every five minutes, which is sooner here and yet may be after the end",
        ["offset 1d"] = "the day is shorter than a day",
        ["offset 1h"] = "what is asked for an hour ago is asked in real time, and the day takes minutes",
        ["_overflow"] = "nothing overflows",
        ["outcome=\"dead\""] = "nothing is given up",
        ["telemetry_dropped_total{signal=\"traces\""] = "no collector is configured, so none can lose anything",
        ["broker_"] = "the shop of that day is one process, and has no broker",
        ["contract_"] = "the shop of that day is one process, and calls no other",
        ["operator_actions_total"] = "nobody uses the management key",
        ["db_client_connection_npgsql_pending_requests"] = "there only while somebody waits for a connection",
    };

    // A second of scraping twice, so that a rate has something to go by; the range is that of the day.
    private static readonly Dictionary<string, string> Variables = new() { ["__rate_interval"] = "5s", ["__range"] = "2m" };

    public static TheoryData<string, string, string> Panels()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (dashboard, panel, expression) in DashboardQueries.All(Variables).Distinct())
            data.Add(dashboard, panel, expression);
        return data;
    }

    public static TheoryData<string, string> Alerts()
    {
        var data = new TheoryData<string, string>();
        foreach (var alert in Alert.All())
            data.Add(alert.Name, alert.Expression);
        return data;
    }

    public static TheoryData<string, string> Runbooks()
    {
        var data = new TheoryData<string, string>();
        foreach (var (runbook, expression) in Runbook.Queries().Distinct())
            data.Add(runbook, expression);
        return data;
    }

    [Theory]
    [MemberData(nameof(Panels))]
    public async Task A_panel_has_data(string dashboard, string panel, string expression)
    {
        var found = await day.Prometheus.HadDataAsync(expression, day.Began, day.Ended);

        (found || DashboardSource.MayBeEmpty().ContainsKey((dashboard, panel)) || AsksWhoIsNotHere(expression)).ShouldBeTrue($"'{panel}' of {dashboard} is empty: {expression}");
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public async Task An_alert_looks_at_series_that_are_there(string alert, string expression)
    {
        var fired = await day.Prometheus.HadDataAsync(Faster.Text(expression), day.Began, day.Ended);

        foreach (var selector in Selector.In(expression).Where(selector => !fired && !AsksWhoIsNotHere(expression) && !IsOfServices(selector)))
            (await day.Prometheus.HadDataAsync(selector.ToString(), day.Began, day.Ended)).ShouldBeTrue($"{alert} looks at {selector}, and there is none");
    }

    [Theory]
    [MemberData(nameof(Runbooks))]
    public async Task A_question_of_a_runbook_has_an_answer(string runbook, string expression)
    {
        var found = await day.Prometheus.HadDataAsync(expression, day.Began, day.Ended);

        (found || EmptyOnThatDay.Keys.Any(part => expression.Contains(part, StringComparison.Ordinal)) || AsksWhoIsNotHere(expression)).ShouldBeTrue($"{runbook} asks in vain: {expression}");
    }

    private static bool AsksWhoIsNotHere(string expression) => Selector.In(expression).Any(selector =>
        ForeignMetrics.All.Any(metric => NotHere.Any(program => metric.Origin.StartsWith(program, StringComparison.Ordinal)) && IsOf(selector.Metric, metric.Name))
        || selector.Matchers.Any(matcher => matcher is { Label: "job", Value: "krakend" or "otel-collector" }));

    // The shop of that day is one process: it has no broker and calls no other host.
    private static bool IsOfServices(Selector selector) =>
        selector.Metric is { } metric && (metric.StartsWith("broker_", StringComparison.Ordinal) || metric.StartsWith("contract_", StringComparison.Ordinal));

    private static bool IsOf(string? series, string metric) =>
        series is not null && (series == metric || series == $"{metric}_bucket" || series == $"{metric}_sum" || series == $"{metric}_count");
}
