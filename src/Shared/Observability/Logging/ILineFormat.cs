using System.Buffers;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>Formats a log event as one line of UTF-8, line feed included.</summary>
internal interface ILineFormat
{
    void Write(LogEvent entry, IBufferWriter<byte> line);
}
