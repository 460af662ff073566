namespace Observability.Console.PromQl;

/// <summary>What one evaluation may cost.</summary>
/// <param name="Loaded">The samples that it holds in memory, 16 bytes each.</param>
/// <param name="Touched">The samples that its functions compute with.</param>
/// <param name="Series">The series of a result.</param>
internal sealed record EvaluationLimits(long Loaded = 2_000_000, long Touched = 50_000_000, int Series = 20_000);
