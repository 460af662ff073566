namespace Observability.Logging;

/// <summary>Where log lines go. A test registers another one, because its hosts share one stdout.</summary>
/// <param name="Destination">Written to by one thread only, a batch at a time; not closed.</param>
/// <param name="IsTerminal">Whether somebody reads along.</param>
public sealed record LogOutput(Stream Destination, bool IsTerminal = false)
{
    internal static LogOutput Stdout() => new(StandardStream.Output, StandardStream.Output.IsOpen && !Console.IsOutputRedirected);
}
