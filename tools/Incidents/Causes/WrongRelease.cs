using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release that fails for one group of customers.</summary>
internal sealed class WrongRelease() : Release(Mechanisms.WrongRelease)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
    [
        ("get-order-shards", "orders/GetOrder", Scopes.Group, "h"),
        ("list-orders-regions", "orders/ListOrders", Scopes.Group, "c"),
    ];

    protected override Signal First(CausePlan plan) => Seen.Metric("command_duration_seconds", $"outcome=\"failed\" of {SliceOf(plan)}, for about an eighth of its calls.");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "status=\"500\" of one route."),
        Seen.Log("request.broke", "The same exception from the same line of the slice."),
        Seen.Span(SliceOf(plan), $"app.customer.group is {plan.Target} in all that failed."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        [$"What differs in the failed traces of {SliceOf(plan)}: app.customer.group is {plan.Target}.", "request.broke: the exception comes from the slice itself, and no statement failed."];
}
