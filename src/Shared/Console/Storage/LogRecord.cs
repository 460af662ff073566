namespace Observability.Console.Storage;

/// <summary>A log record in a segment, with its fields read; attributes are read on.</summary>
internal readonly ref struct LogRecord
{
    public const int IdBytes = 24;

    /// <summary>OTLP has four severity numbers for each level.</summary>
    public const int SeveritiesOfLevel = 4;

    /// <summary>The levels in words, the least first.</summary>
    public static readonly string[] Levels = ["trace", "debug", "info", "warn", "error", "fatal"];

    /// <summary>The place of <c>error</c> in <see cref="Levels"/>; from there on a record tells of a failure.</summary>
    public const int ErrorPlace = 4;

    public LogRecord(RecordReader record)
    {
        Ids = record.Raw(IdBytes);
        Time = record.Int64();
        Severity = record.Byte();
        Body = record.Text();
        Category = record.Text();
        Event = record.Text();
        AttributeCount = (int)record.Varint();
        Attributes = record;
    }

    private ReadOnlySpan<byte> Ids { get; }

    public TraceKey Trace => TraceKey.Read(Ids);

    public ReadOnlySpan<byte> TraceId => Ids[..16];

    public ReadOnlySpan<byte> SpanId => Ids[16..];

    /// <summary>In Unix ticks of 100 ns.</summary>
    public long Time { get; }

    /// <summary>OTLP's severity number.</summary>
    public int Severity { get; }

    public ReadOnlySpan<byte> Body { get; }

    public ReadOnlySpan<byte> Category { get; }

    public ReadOnlySpan<byte> Event { get; }

    public int AttributeCount { get; }

    public RecordReader Attributes { get; }

    /// <summary>The severity number of a level in words; 0 for an unknown one.</summary>
    public static int SeverityOf(ReadOnlySpan<byte> level)
    {
        for (var i = 0; i < Levels.Length; i++)
        {
            if (System.Text.Ascii.Equals(level, Levels[i]))
                return (i * SeveritiesOfLevel) + 1;
        }
        return 0;
    }

    /// <summary>The level in words, of a severity number.</summary>
    public static string LevelOf(int severity) => Levels[PlaceOf(severity)];

    /// <summary>The place in <see cref="Levels"/> of a severity number.</summary>
    public static int PlaceOf(int severity) => Math.Clamp((severity - 1) / SeveritiesOfLevel, 0, Levels.Length - 1);
}
