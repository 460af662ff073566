using ECommerce.Traffic;

namespace ECommerce.Incidents.Model;

/// <summary>
/// A way to make one mechanism happen to the real shop, from outside or by a release. A cause has no state; what a running one holds
/// belongs to the object that <see cref="BeginAsync"/> returns.
/// </summary>
internal interface ICause
{
    /// <summary>One of <see cref="Mechanisms"/>.</summary>
    string Mechanism { get; }

    /// <summary>Decides place, scope, target and details. Pure: it depends on its arguments only.</summary>
    /// <param name="dice">The chance of the seed.</param>
    /// <param name="size">The size, which the level decided.</param>
    CausePlan Plan(SeededRandom dice, double size);

    /// <summary>
    /// Prepares what takes long or must be there from the start: a build is compiled, a table grows. It runs before the first customer comes,
    /// must change no signal, and is not undone.
    /// </summary>
    Task PrepareAsync(IArena arena, CausePlan plan, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Makes it happen, and returns when it has begun. What an operator has cured does not come back.</summary>
    /// <returns>Ends it and undoes it, whether an operator has cured it or not.</returns>
    Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct);

    /// <summary>
    /// Whether an operator has cured it, where the objectives do not show that: a poisoned event is gone from the outbox. It only reads.
    /// </summary>
    Task<bool> IsCuredAsync(IArena arena, CausePlan plan, CancellationToken ct) => Task.FromResult(true);

    /// <summary>What an operator can do that cures it, in plain English; the first is the best.</summary>
    IReadOnlyList<string> Cures(CausePlan plan);

    /// <summary>The signals in which it is to be seen.</summary>
    IReadOnlyList<Signal> Signals(CausePlan plan);

    /// <summary>The shortest path through the signals to the truth, one step a sentence.</summary>
    IReadOnlyList<string> Path(CausePlan plan);
}
