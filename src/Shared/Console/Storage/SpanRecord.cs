namespace Observability.Console.Storage;

/// <summary>A span in a segment, with its fields read; attributes, events and links are read on.</summary>
internal readonly ref struct SpanRecord
{
    public const int IdBytes = 32;
    public const int LinkBytes = 24;
    public const int StatusShift = 3;
    private const int KindMask = (1 << StatusShift) - 1;

    private readonly RecordReader _rest;

    public SpanRecord(RecordReader record)
    {
        Ids = record.Raw(IdBytes);
        Start = record.Int64();
        Duration = (long)record.Varint();
        var flags = record.Byte();
        (Kind, Status) = (flags & KindMask, flags >> StatusShift);
        Name = record.Text();
        Scope = record.Text();
        StatusText = record.Text();
        TraceState = record.Text();
        AttributeCount = (int)record.Varint();
        DroppedAttributes = (int)record.Varint();
        _rest = record;
    }

    private ReadOnlySpan<byte> Ids { get; }

    public TraceKey Trace => TraceKey.Read(Ids);

    public ReadOnlySpan<byte> TraceId => Ids[..16];

    public ReadOnlySpan<byte> SpanId => Ids[16..24];

    /// <summary>The parent's id, all zero for a root.</summary>
    public ReadOnlySpan<byte> ParentId => Ids[24..];

    /// <summary>In Unix ticks of 100 ns, as <see cref="Duration"/>.</summary>
    public long Start { get; }

    public long Duration { get; }

    /// <summary>An <c>ActivityKind</c>.</summary>
    public int Kind { get; }

    /// <summary>An <c>ActivityStatusCode</c>.</summary>
    public int Status { get; }

    public bool IsError => Status == 2;

    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The name of the ActivitySource.</summary>
    public ReadOnlySpan<byte> Scope { get; }

    public ReadOnlySpan<byte> StatusText { get; }

    public ReadOnlySpan<byte> TraceState { get; }

    public int AttributeCount { get; }

    public int DroppedAttributes { get; }

    /// <summary>The attributes; for each a text and a value. Behind them are the events.</summary>
    public RecordReader Attributes => _rest;

    /// <summary>Passes over the attributes, so that the reader stands at the number of events.</summary>
    public RecordReader Events()
    {
        var record = _rest;
        for (var i = 0; i < AttributeCount; i++)
        {
            record.SkipText();
            AttributeValue.Skip(ref record);
        }
        return record;
    }

    /// <summary>Reads only what is compared between traces: the place of the name, the status, and the attributes behind their number.</summary>
    public static (int Name, int Status, int Attributes) Compared(ref RecordReader record)
    {
        record.Raw(IdBytes);
        record.Int64();
        record.Varint();
        var status = record.Byte() >> StatusShift;
        var name = record.TextPlace();
        record.SkipText();
        record.SkipText();
        record.SkipText();
        var attributes = (int)record.Varint();
        record.Varint();
        return (name, status, attributes);
    }

    /// <summary>Reads only what decides whether a span is of a trace.</summary>
    public static TraceKey TraceOf(RecordReader record) => TraceKey.Read(record.Raw(16));
}
