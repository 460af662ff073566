namespace Observability.Logging;

/// <summary>
/// Receives each log line as it is written: one JSON object with a line feed, its values cut and escaped. It is called on the logging
/// thread, and must neither wait nor keep the span.
/// </summary>
public interface ILogTap
{
    void Write(ReadOnlySpan<byte> line);
}
