using System.Collections.Concurrent;
using Prometheus;

namespace ECommerce.Observability.Metrics;

/// <summary>Records one command. Costs no allocation, apart from the first time that a code refuses.</summary>
public sealed class CommandMeter
{
    private readonly Histogram.Child ok;
    private readonly Histogram.Child rejected;
    private readonly Histogram.Child failed;
    private readonly Func<string, Counter.Child> newRejection;
    private readonly ConcurrentDictionary<string, Counter.Child> rejections = new();

    internal CommandMeter(Histogram.Child ok, Histogram.Child rejected, Histogram.Child failed, Func<string, Counter.Child> newRejection) =>
        (this.ok, this.rejected, this.failed, this.newRejection) = (ok, rejected, failed, newRejection);

    /// <summary>Records an ended command; call it inside its span, so that the exemplar finds the trace.</summary>
    /// <param name="code">The error's stable code when <paramref name="outcome"/> is <see cref="CommandOutcome.Rejected"/>; codes are few.</param>
    public void Record(CommandOutcome outcome, TimeSpan elapsed, string? code = null)
    {
        var duration = outcome switch
        {
            CommandOutcome.Ok => ok,
            CommandOutcome.Rejected => rejected,
            _ => failed,
        };
        duration.Observe(elapsed.TotalSeconds);

        if (outcome is CommandOutcome.Rejected && code is not null)
            rejections.GetOrAdd(code, newRejection).Inc();
    }
}
