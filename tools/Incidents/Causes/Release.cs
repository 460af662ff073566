using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A cause that is a new build of the shop: real code, compiled from a patch.</summary>
internal abstract class Release(string mechanism) : ICause
{
    public const string Patch = "patch";

    public string Mechanism => mechanism;

    /// <summary>The patches among which the seed chooses, each with its place and whom it hits.</summary>
    protected abstract IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches { get; }

    /// <summary>The sentence about the metric that shows it first.</summary>
    protected abstract Signal First(CausePlan plan);

    /// <summary>The other signals.</summary>
    protected abstract IReadOnlyList<Signal> Others(CausePlan plan);

    /// <summary>The steps between the first metric and the release.</summary>
    protected abstract IReadOnlyList<string> Steps(CausePlan plan);

    public CausePlan Plan(SeededRandom dice, double size)
    {
        var (patch, place, scope, target) = dice.Pick(Patches);
        return new(Mechanism, place, scope, target, size, new Dictionary<string, string> { [Patch] = patch });
    }

    public Task PrepareAsync(IArena arena, CausePlan plan, CancellationToken ct) => arena.CompileAsync(plan.Details[Patch], ct);

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await arena.ReleaseAsync(plan.Details[Patch], ct);
        return Effect.Of(() => arena.RollBackAsync(CancellationToken.None));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => ["Roll the release back: act rollback."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        First(plan), .. Others(plan),
        Seen.Metric("build_info", "Another version and commit since the beginning."),
        Seen.Metric("process_start_time_seconds", "A restart at the beginning."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
        [$"{First(plan).Name}: {First(plan).Reading}", .. Steps(plan), "build_info: it began with another version."];

    /// <summary>The slice of a place.</summary>
    protected static string SliceOf(CausePlan plan) => plan.Place.Split('/')[1];
}
