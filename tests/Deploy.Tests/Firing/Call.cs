using ECommerce.AlertSink;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>One alert as it reached somebody.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Receiver">Who was told.</param>
/// <param name="Status"><c>firing</c> or <c>resolved</c>.</param>
/// <param name="Labels">Its labels, <c>alertname</c> among them.</param>
/// <param name="Annotations">Summary, links.</param>
public sealed record Call(DateTimeOffset At, string Receiver, string Status, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations)
{
    public string Alert => Labels["alertname"];

    public string Severity => Labels["severity"];

    public string Module => Labels["module"];

    public bool IsFiring => Status == "firing";

    /// <summary>All its labels: what tells it from every other alert.</summary>
    public string Identity => string.Join(", ", Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    /// <summary>The alerts of notifications, in the order in which they came.</summary>
    internal static IReadOnlyList<Call> From(IEnumerable<Received> notifications) =>
    [
        .. from received in notifications
           from alert in received.Notification.Alerts
           select new Call(received.At, received.Notification.Receiver, alert.Status, alert.Labels, alert.Annotations),
    ];

    public override string ToString() => $"{At:HH:mm:ss.fff} {Status} to {Receiver}: {Identity}";
}

/// <summary>A fault, from its beginning until it was mended.</summary>
public sealed record Fault(string Name, DateTimeOffset Began)
{
    public DateTimeOffset Ended { get; set; }
}
