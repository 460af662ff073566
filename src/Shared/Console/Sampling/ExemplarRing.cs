using System.Buffers.Text;
using System.Globalization;

namespace Observability.Console.Sampling;

/// <summary>The latest exemplars of one series. One thread adds, any may read.</summary>
internal sealed class ExemplarRing
{
    public const int Most = 32;
    private const int TraceDigits = 32;
    private const int SpanDigits = 16;

    private Kept[] _kept = [];

    /// <summary>The memory of a full ring.</summary>
    public static int Bytes { get; } = 64 + (Most * 40);

    /// <summary>Adds the exemplar of a line, unless it is the one that was there before.</summary>
    /// <param name="text">The text behind the value: <c># {trace_id="…",span_id="…"} 0.7 1700000000.123</c>.</param>
    public void Add(ReadOnlySpan<byte> text)
    {
        var place = text.LastIndexOf((byte)' ');
        if (place < 0 || !double.TryParse(text[(place + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || !double.IsFinite(seconds))
            return;
        var time = (long)(seconds * 1000);
        var kept = _kept;
        if (kept.Length > 0 && kept[^1].Time >= time)
            return;
        var labels = text[..place];
        if (!double.TryParse(labels[(labels.LastIndexOf((byte)' ') + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !TryReadTrace(ValueOf(labels, "trace_id=\""u8), out var trace) || !TryReadSpan(ValueOf(labels, "span_id=\""u8), out var span))
            return;
        var from = kept.Length == Most ? 1 : 0;
        Volatile.Write(ref _kept, [.. kept[from..], new(time, value, trace, span)]);
    }

    public IEnumerable<MetricExemplar> Read(long first, long last) =>
        from one in Volatile.Read(ref _kept)
        where one.Time >= first && one.Time <= last
        select new MetricExemplar(one.Time, one.Value, one.Trace.ToString("x32", CultureInfo.InvariantCulture), one.Span.ToString("x16", CultureInfo.InvariantCulture));

    private static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> label)
    {
        var place = labels.IndexOf(label);
        if (place < 0)
            return default;
        var rest = labels[(place + label.Length)..];
        return rest[..Math.Max(0, rest.IndexOf((byte)'"'))];
    }

    private static bool TryReadTrace(ReadOnlySpan<byte> digits, out UInt128 trace)
    {
        trace = 0;
        return digits.Length == TraceDigits && UInt128.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out trace);
    }

    private static bool TryReadSpan(ReadOnlySpan<byte> digits, out ulong span)
    {
        span = 0;
        return digits.Length == SpanDigits && Utf8Parser.TryParse(digits, out span, out var read, 'x') && read == SpanDigits;
    }

    private readonly record struct Kept(long Time, double Value, UInt128 Trace, ulong Span);
}
