using System.Buffers;
using Serilog.Events;

namespace Observability.Logging;

/// <summary>Writes one event as one line of UTF-8, its line feed included.</summary>
internal interface ILineFormat
{
    void Write(LogEvent entry, IBufferWriter<byte> line);
}
