namespace Observability.Logging;

/// <summary>The destination of log lines. A test registers another one, because its hosts share one stdout.</summary>
/// <param name="Destination">The stream. One thread writes to it, a batch at a time; it is not closed.</param>
/// <param name="IsTerminal">Whether the stream is a terminal.</param>
public sealed record LogOutput(Stream Destination, bool IsTerminal = false)
{
    internal static LogOutput Stdout() => new(StandardStream.Output, StandardStream.Output.IsOpen && !Console.IsOutputRedirected);
}
