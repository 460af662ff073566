using Observability.Metrics;
using Prometheus;

namespace ECommerce.Platform.Pipeline;

/// <summary>How a command or query ended. A refusal the shop expects is no failure.</summary>
public enum CommandOutcome
{
    Ok,
    Rejected,
    Failed,
}

/// <summary>The two metrics of every command, query and event: how long it took and why it was refused.</summary>
public sealed class CommandMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Latency> _duration = metrics.Latency("command_duration_seconds",
        "Time in a handler with everything it asks of others, in seconds. Which use case is slow or fails.",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], "module", "command", "kind", "outcome");

    private readonly MetricFamily<Counter.Child> _rejections = metrics.Counter("command_rejections_total",
        "Commands that the shop refused. Which rule turns customers away.",
        "module", "command", "code");

    /// <summary>The meter of one command, its series already resolved; make it once per command and keep it.</summary>
    /// <param name="module">The module's name: <c>orders</c>.</param>
    /// <param name="command">The slice's name: <c>PlaceOrder</c>.</param>
    /// <param name="kind"><c>command</c>, <c>query</c> or <c>event</c>.</param>
    public CommandMeter For(string module, string command, string kind) => new(
        _duration.With(module, command, kind, "ok"),
        _duration.With(module, command, kind, "rejected"),
        _duration.With(module, command, kind, "failed"),
        code => _rejections.With(module, command, code));
}
