using ECommerce.Incidents.Judging;

namespace ECommerce.Incidents.Players;

/// <summary>What a rule of the reference player concludes.</summary>
/// <param name="Cause">The cause, as it would be answered.</param>
/// <param name="Cures">Commands of <c>act</c> that cure it, each as its words.</param>
internal sealed record Suspicion(AnsweredCause Cause, IReadOnlyList<string[]> Cures)
{
    public Suspicion(string where, string what, string who, string? target, params string[][] cures)
        : this(new AnsweredCause(where, what, who, target), cures)
    {
    }
}
