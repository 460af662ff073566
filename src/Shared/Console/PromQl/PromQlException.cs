namespace Observability.Console.PromQl;

/// <summary>Why an expression has no answer: it cannot be read, the evaluator does not support it, or it costs too much. The message is for its author.</summary>
internal sealed class PromQlException(string message) : Exception(message)
{
    /// <summary>The construct that Prometheus has and this evaluator has not; null for any other failure.</summary>
    public string? Unsupported { get; private init; }

    public static PromQlException At(int position, string message) => new($"at character {position + 1}: {message}");

    public static PromQlException Lacks(string construct) => new($"unsupported: {construct}") { Unsupported = construct };
}
