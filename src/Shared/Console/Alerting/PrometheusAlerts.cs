using System.Globalization;
using System.Text.Json;
using Observability.Console.PromQl;
using Observability.Console.Settings;

namespace Observability.Console.Alerting;

/// <summary>Reads alerts and budgets from Prometheus' HTTP API. https://prometheus.io/docs/prometheus/latest/querying/api/#rules</summary>
internal sealed class PrometheusAlerts(PrometheusClient prometheus, ConsoleSettings settings)
{
    private const int MostAlerts = 1000;

    /// <summary>The alerts of all alerting rules; null when Prometheus does not answer.</summary>
    public async Task<IReadOnlyList<AlertState>?> AlertsAsync(CancellationToken cancellation)
    {
        if (await prometheus.AskAsync("rules?type=alert", cancellation) is not { } data)
            return null;
        return RuleRounds.Sorted(Items(data, "groups").SelectMany(group => Items(group, "rules")).SelectMany(AlertsOf).Take(MostAlerts));
    }

    public async Task<IReadOnlyList<SloBudget>> BudgetsAsync(CancellationToken cancellation)
    {
        if (await prometheus.AskAsync($"query?query={Uri.EscapeDataString(Budgets.Selector)}", cancellation) is not { } data)
            return [];
        return Budgets.Of(
            from series in Items(data, "result")
            where series.TryGetProperty("metric", out _) && series.TryGetProperty("value", out var value) && value.GetArrayLength() == 2
            let number = PrometheusClient.NumberOf(series.GetProperty("value")[1])
            where number is not null
            select new Sample(PrometheusClient.LabelsOf(series.GetProperty("metric")), number.Value));
    }

    private IEnumerable<AlertState> AlertsOf(JsonElement rule)
    {
        var (name, labels, annotations) = (Text(rule, "name"), Texts(rule, "labels"), Texts(rule, "annotations"));
        var severity = labels.GetValueOrDefault("severity", "");
        var alerts = Items(rule, "alerts").ToArray();
        if (alerts.Length == 0)
        {
            yield return new(name, severity, AlertState.Inactive, null, name, "", RuleRounds.RunbookOf(annotations, settings), null, "prometheus") { Labels = [.. labels] };
            yield break;
        }
        foreach (var alert in alerts)
        {
            var texts = Texts(alert, "annotations");
            var isFiring = Text(alert, "state") == AlertState.Firing;
            DateTimeOffset? since = DateTimeOffset.TryParse(Text(alert, "activeAt"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
            yield return new(name, severity, isFiring ? AlertState.Firing : AlertState.Pending, since, texts.GetValueOrDefault("summary", ""),
                texts.GetValueOrDefault("description", ""), RuleRounds.RunbookOf(annotations, settings),
                alert.TryGetProperty("value", out var value) ? PrometheusClient.NumberOf(value) : null, "prometheus")
            {
                Labels = [.. Texts(alert, "labels").Where(label => label.Key != "alertname")],
            };
        }
    }

    private static IEnumerable<JsonElement> Items(JsonElement of, string name) =>
        of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var items) && items.ValueKind is JsonValueKind.Array ? items.EnumerateArray().AsEnumerable() : [];

    private static string Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString()! : "";

    private static Dictionary<string, string> Texts(JsonElement of, string name) =>
        of.TryGetProperty(name, out var labels) ? PrometheusClient.LabelsOf(labels).Pairs.ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal) : [];
}
