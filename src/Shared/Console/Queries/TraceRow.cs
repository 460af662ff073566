namespace Observability.Console.Queries;

/// <summary>What a row of a trace's tree is.</summary>
internal enum TraceRowKind : byte
{
    Span,

    /// <summary>A span that others name as their parent, and that is not kept.</summary>
    Missing,

    /// <summary>A log record of the span above.</summary>
    Line,
}

/// <summary>A row of a trace's tree: a value, since a trace may have tens of thousands.</summary>
internal struct TraceRow
{
    /// <summary>The row of the parent; -1 for a root.</summary>
    public int Parent;

    /// <summary>The number of ancestors.</summary>
    public int Depth;

    /// <summary>The number of rows below this one that are its descendants. They follow directly.</summary>
    public int Below;

    /// <summary>The span's id as a big-endian number; of a log record that of its span.</summary>
    public ulong Span;

    /// <summary>In Unix ticks, as all times of a row.</summary>
    public long Start;

    public long Duration;

    /// <summary>The part of the duration in which no child ran.</summary>
    public long Self;

    /// <summary>The part of the duration for which the end of the trace waited.</summary>
    public long Critical;

    /// <summary>The span's name, or the beginning of the log record's message.</summary>
    public string Name;

    /// <summary>The module, the span's own or that of its nearest ancestor; else the ActivitySource. Of a log record the category.</summary>
    public string Owner;

    /// <summary>The name of the host that has it; empty when only this host was asked.</summary>
    public string Host;

    public TraceRowKind Kind;

    /// <summary>An <c>ActivityKind</c>.</summary>
    public byte SpanKind;

    /// <summary>The place in <c>LogRecord.Levels</c>.</summary>
    public byte Level;

    /// <summary>Whether the span failed; of a log record whether its level is error or above.</summary>
    public bool IsError;

    /// <summary>Whether the span is a statement of a database.</summary>
    public bool IsStatement;

    /// <summary>The number of events, links and log records of the span.</summary>
    public ushort Events;
    public ushort Links;
    public ushort Lines;

    /// <summary>The sequence number of the log record.</summary>
    public long Sequence;

    public readonly long End => Start + Duration;
}
