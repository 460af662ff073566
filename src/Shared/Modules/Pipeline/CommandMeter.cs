using System.Collections.Concurrent;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Modules;

/// <summary>Records the metrics of one command. Allocates only for an exemplar and for the first refusal with a code.</summary>
public sealed class CommandMeter
{
    private readonly Latency _ok;
    private readonly Latency _rejected;
    private readonly Latency _failed;
    private readonly Func<string, Counter.Child> _newRejection;
    private readonly ConcurrentDictionary<string, Counter.Child> _rejections = new();

    internal CommandMeter(Latency ok, Latency rejected, Latency failed, Func<string, Counter.Child> newRejection) =>
        (_ok, _rejected, _failed, _newRejection) = (ok, rejected, failed, newRejection);

    /// <summary>Records a command that has ended. Must be called inside the command's span, which the exemplar names.</summary>
    /// <param name="code">The error's code when <paramref name="outcome"/> is <see cref="CommandOutcome.Rejected"/>; the set of codes is finite.</param>
    public void Record(CommandOutcome outcome, TimeSpan elapsed, string? code = null)
    {
        var duration = outcome switch
        {
            CommandOutcome.Ok => _ok,
            CommandOutcome.Rejected => _rejected,
            _ => _failed,
        };
        duration.Observe(elapsed.TotalSeconds, failed: outcome is CommandOutcome.Failed);

        if (outcome is CommandOutcome.Rejected && code is not null)
            _rejections.GetOrAdd(code, _newRejection).Inc();
    }
}
