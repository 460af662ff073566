using Observability.Text;

namespace ECommerce.AlertSink;

/// <summary>What Alertmanager sends to a webhook (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config), as far as it is shown.</summary>
/// <param name="Receiver">Who is told, by the name of the receiver.</param>
/// <param name="Status"><c>firing</c> while one of the alerts fires, then <c>resolved</c>.</param>
/// <param name="GroupLabels">What the alerts have in common, by which they were grouped.</param>
/// <param name="Alerts">Those of the group that are not muted.</param>
public sealed record Notification(string Receiver, string Status, Dictionary<string, string> GroupLabels, Alert[] Alerts);

/// <summary>One alert in a notification.</summary>
public sealed record Alert(string Status, Dictionary<string, string> Labels, Dictionary<string, string> Annotations, DateTimeOffset StartsAt);

/// <summary>A notification and when it arrived, UTC.</summary>
public sealed record Received(DateTimeOffset At, Notification Notification)
{
    /// <summary>A line per alert, for people.</summary>
    public IEnumerable<string> Lines() =>
        from alert in Notification.Alerts
        let severity = alert.Labels.GetValueOrDefault("severity", "?")
        let name = alert.Labels.GetValueOrDefault("alertname", "?")
        let summary = alert.Annotations.GetValueOrDefault("summary", "")
        let runbook = alert.Annotations.GetValueOrDefault("runbook_url", "")
        let line = $"{At:HH:mm:ss} {alert.Status.ToUpperInvariant(),-8} {severity,-6} to {Notification.Receiver,-8} {name}: {summary} ({runbook})"
        // What an annotation quotes may come from anybody, and goes to a terminal.
        select VisibleText.Of(line.ReplaceLineEndings(" "));
}
