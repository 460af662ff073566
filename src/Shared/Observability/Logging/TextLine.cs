using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Observability.Context;
using Observability.Text;
using Observability.Tracing;
using Serilog.Core;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>
/// Formats a log event as text for a terminal: time, coloured level, the first digits of the trace id, category, message; an exception on
/// the lines below.
/// </summary>
internal sealed class TextLine(StackTraceDeduplicator stacks) : ILineFormat
{
    public void Write(LogEvent entry, IBufferWriter<byte> line)
    {
        Span<byte> time = stackalloc byte[12];
        entry.Timestamp.LocalDateTime.TryFormat(time, out _, "HH:mm:ss.fff", CultureInfo.InvariantCulture);
        line.Write(time);
        line.Write(Colour(entry.Level));
        line.Write(JsonLine.Level(entry.Level));
        line.Write("\e[0m"u8);
        WriteTrace(line);
        line.Write(" \e[2m"u8);
        VisibleText.Write(JsonLine.Text(entry, Constants.SourceContextPropertyName), line);
        line.Write("\e[0m "u8);
        VisibleText.Write(VisibleText.Cut(MessageText.Render(entry), TelemetryLimits.Message), line);
        line.Write("\n"u8);

        if (entry.Exception is { } exception)
        {
            var told = stacks.Of(exception);
            var shown = told.Stack ?? string.Create(CultureInfo.InvariantCulture,
                $"{exception.GetType()}: {TelemetryLimits.Cut(exception.Message, TelemetryLimits.Message)} (repetition {told.Repetitions} of a stack trace above)");
            foreach (var text in shown.AsSpan().EnumerateLines())
            {
                line.Write("    "u8);
                VisibleText.Write(text, line);
                line.Write("\n"u8);
            }
        }
    }

    // Runs on the caller's thread, as in JsonLine: the current span is the one that the line belongs to.
    private static void WriteTrace(IBufferWriter<byte> line)
    {
        if ((Activity.Current?.TraceId.ToHexString() ?? RequestIdFeature.Current?.TraceId) is not { Length: >= TraceTree.ShortestId } trace)
            return;
        line.Write(" \e[36m"u8);
        VisibleText.Write(trace.AsSpan(0, TraceTree.ShortestId), line);
        line.Write("\e[0m"u8);
    }

    private static ReadOnlySpan<byte> Colour(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => " \e[90m"u8,
        LogEventLevel.Information => " \e[32m"u8,
        LogEventLevel.Warning => " \e[33m"u8,
        _ => " \e[31m"u8,
    };
}
