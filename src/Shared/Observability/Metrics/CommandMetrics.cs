using Prometheus;

namespace ECommerce.Observability.Metrics;

/// <summary>How a command or query ended. A refusal the shop expects is no failure.</summary>
public enum CommandOutcome
{
    Ok,
    Rejected,
    Failed,
}

/// <summary>The two metrics of every command, query and event: how long it took and why it was refused.</summary>
public sealed class CommandMetrics(IMetricFactory metrics)
{
    private readonly Histogram _duration = metrics.CreateHistogram("command_duration_seconds",
        "Time in a handler with everything it asks of others, in seconds. What do I learn from this? Which use case is slow or fails.",
        ["module", "command", "kind", "outcome"],
        new HistogramConfiguration { Buckets = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] });

    private readonly Counter _rejections = metrics.CreateCounter("command_rejections_total",
        "Commands that the shop refused. What do I learn from this? Which rule turns customers away.",
        ["module", "command", "code"]);

    /// <summary>The meter of one command, its series already resolved; make it once per command and keep it.</summary>
    /// <param name="module">The module's name: <c>orders</c>.</param>
    /// <param name="command">The slice's name: <c>PlaceOrder</c>.</param>
    /// <param name="kind"><c>command</c>, <c>query</c> or <c>event</c>.</param>
    public CommandMeter For(string module, string command, string kind) => new(
        _duration.WithLabels(module, command, kind, "ok"),
        _duration.WithLabels(module, command, kind, "rejected"),
        _duration.WithLabels(module, command, kind, "failed"),
        code => _rejections.WithLabels(module, command, code));
}
