namespace ECommerce.Modules;

/// <summary>A named place in a module's own code where a failure can be injected on purpose. Modules declare theirs as singletons.</summary>
/// <param name="Module">The module that has it.</param>
/// <param name="Name">In every signal and address: <c>payment_declined</c>.</param>
/// <param name="Effect">What happens when it is hit, a sentence.</param>
/// <param name="Share">What a percentage is a share of.</param>
public sealed record Failpoint(string Module, string Name, string Effect, string Share)
{
    /// <summary>How long what happens takes; null when it takes no time.</summary>
    public FailpointTime? Time { get; init; }
}

/// <summary>The duration that an injected failure has.</summary>
/// <param name="Name">As an operator writes it: <c>answer</c>.</param>
/// <param name="Usual">When nothing is said.</param>
/// <param name="Most">Nothing exceeds it.</param>
public sealed record FailpointTime(string Name, TimeSpan Usual, TimeSpan Most);
