using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release whose slice computes too much, or reads again and again.</summary>
internal sealed class SlowRelease() : Release(Mechanisms.SlowRelease)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
    [
        ("list-products-ranked", "products/ListProducts", Scopes.Module, "products"),
        ("get-order-settled", "orders/GetOrder", Scopes.Module, "orders"),
    ];

    protected override Signal First(CausePlan plan) => Seen.Metric("command_duration_seconds", $"{SliceOf(plan)} alone is slower.");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Span(SliceOf(plan), "The time is spent between its statements, not in them."),
        Seen.Metric("database_query_duration_seconds", "Unchanged."),
        new(SignalKinds.Profile, "/debug/pprof/profile", plan.Place.StartsWith("products", StringComparison.Ordinal)
            ? "A method of the slice that was not there before is at the top." : "Nothing: the slice waits and does not compute."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        [$"A trace of {SliceOf(plan)}: its statements are fast, and the time is between them.", "A profile of the slice, or its repeated statements, show what it does."];
}
