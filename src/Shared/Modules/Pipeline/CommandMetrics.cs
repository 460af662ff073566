using Observability.Metrics;
using Prometheus;

namespace ECommerce.Modules;

/// <summary>The outcome of a command or query. An expected refusal is <see cref="Rejected"/> and not a failure.</summary>
public enum CommandOutcome
{
    Ok,
    Rejected,
    Failed,
}

/// <summary>The metrics of commands, queries and events: a histogram of durations and a counter of refusals.</summary>
public sealed class CommandMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Latency> _duration = metrics.Latency("command_duration_seconds",
        "Duration of commands, queries and event handlers, in seconds, by outcome. Shows which use case is slow or fails.",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], "module", "command", "kind", "outcome");

    private readonly MetricFamily<Counter.Child> _rejections = metrics.Counter("command_rejections_total",
        "Commands and queries that were refused, by error code. Shows which rule refuses customers.",
        "module", "command", "code");

    /// <summary>Creates the meter of one command with its series resolved. Create it once per command and keep it.</summary>
    /// <param name="module">The module's name: <c>orders</c>.</param>
    /// <param name="command">The slice's name: <c>PlaceOrder</c>.</param>
    /// <param name="kind"><c>command</c>, <c>query</c> or <c>event</c>.</param>
    public CommandMeter For(string module, string command, string kind) => new(
        _duration.With(module, command, kind, "ok"),
        _duration.With(module, command, kind, "rejected"),
        _duration.With(module, command, kind, "failed"),
        code => _rejections.With(module, command, code));
}
