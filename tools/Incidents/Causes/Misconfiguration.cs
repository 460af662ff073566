using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A cause that is a restart of the host with another setting.</summary>
internal abstract class Misconfiguration(string mechanism, string place, string scope, string? target) : ICause
{
    public const string Variable = "variable";
    public const string Value = "value";

    public string Mechanism => mechanism;

    /// <summary>The setting and its value.</summary>
    protected abstract (string Variable, string Value) Choose(SeededRandom dice, double size);

    public abstract IReadOnlyList<Signal> Signals(CausePlan plan);

    /// <summary>The steps before the settings.</summary>
    protected abstract IReadOnlyList<string> Steps(CausePlan plan);

    public CausePlan Plan(SeededRandom dice, double size)
    {
        var (variable, value) = Choose(dice, size);
        return new(Mechanism, place, scope, target, size, new Dictionary<string, string> { [Variable] = variable, [Value] = value });
    }

    public async Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        await arena.RestartAsync(new Dictionary<string, string?> { [plan.Details[Variable]] = plan.Details[Value] }, ct);
        return Effect.Of(() => arena.RestartAsync(new Dictionary<string, string?> { [plan.Details[Variable]] = null }, CancellationToken.None));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [$"Restart with the former value: act restart --unset {plan.Details[Variable]}."];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        .. Steps(plan), "process_start_time_seconds: the host was restarted when it began, with the same version.",
        $"The console's page Settings, or the host's environment: {plan.Details[Variable]} is {plan.Details[Value]}.",
    ];
}
