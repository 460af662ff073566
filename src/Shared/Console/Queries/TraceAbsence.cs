using Observability.Console.Recording;
using Observability.Console.Storage;

namespace Observability.Console.Queries;

/// <summary>Why a trace is not there.</summary>
internal enum AbsenceReason
{
    /// <summary>A log record says that the trace was not sampled.</summary>
    NotSampled,

    /// <summary>It is older than what the store still has: evicted, or lost.</summary>
    Evicted,

    /// <summary>It was before the store began.</summary>
    BeforeStart,

    /// <summary>The store has everything of its time, and not this trace: not sampled, or of another host.</summary>
    NeverSeen,

    /// <summary>Nothing tells its time, and the store has evicted or lost spans: any of the others.</summary>
    Unknown,
}

/// <summary>Says why a trace is not there, as far as it can be known.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Time">When the trace was, in Unix ticks; null when nothing tells.</param>
/// <param name="Lines">The number of its log records that are kept.</param>
internal sealed record TraceAbsence(AbsenceReason Reason, long? Time, int Lines)
{
    /// <param name="logs">The store of log records, which may have records of the trace.</param>
    /// <param name="spans">What the store of spans has.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="hint">The time of what led to the trace, such as an exemplar, in Unix ticks; null when it is not known.</param>
    public static TraceAbsence Of(SegmentStore logs, StoreState spans, TraceKey trace, long? hint)
    {
        var (isUnsampled, time, lines) = (false, hint, 0);
        using var view = logs.Read();
        foreach (var segment in view.Segments)
        {
            if (!segment.Segment.Traces.MayHold(trace))
                continue;
            for (var i = 0; i < segment.Count; i++)
            {
                if (SpanRecord.TraceOf(segment[i]) != trace)
                    continue;
                var record = new LogRecord(segment[i]);
                lines++;
                time ??= record.Time;
                isUnsampled |= IsUnsampled(record);
            }
        }
        var completeSince = Recorder.TicksOf(spans.CompleteSince);
        var isWhole = spans.Evicted + spans.Dropped == 0;
        var reason = isUnsampled ? AbsenceReason.NotSampled
            : time is null ? isWhole ? AbsenceReason.NeverSeen : AbsenceReason.Unknown
            : time >= completeSince ? AbsenceReason.NeverSeen
            : isWhole ? AbsenceReason.BeforeStart : AbsenceReason.Evicted;
        return new(reason, time, lines);
    }

    private static bool IsUnsampled(in LogRecord record)
    {
        var attributes = record.Attributes;
        for (var left = record.AttributeCount; left > 0; left--)
        {
            if (attributes.Text().SequenceEqual("sampled"u8))
                return AttributeValue.Read(ref attributes).Kind is AttributeKind.False;
            AttributeValue.Skip(ref attributes);
        }
        return false;
    }
}
