using System.Buffers;
using Serilog.Core;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>Formats each log event for a tap, in a host that writes no JSON otherwise.</summary>
internal sealed class TappedLines(JsonLine format, ILogTap tap) : ILogEventSink
{
    private const int LargeLine = 64 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? Scratch;

    public void Emit(LogEvent logEvent)
    {
        var line = Scratch ??= new ArrayBufferWriter<byte>(1024);
        line.ResetWrittenCount();
        format.Write(logEvent, line);
        tap.Write(line.WrittenSpan);
        if (line.Capacity > LargeLine)
            Scratch = null;
    }
}
