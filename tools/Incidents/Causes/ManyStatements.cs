using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release that sends a statement for each row (N+1).</summary>
internal sealed class ManyStatements() : Release(Mechanisms.ManyStatements)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
    [
        ("list-orders-one-by-one", "orders/ListOrders", Scopes.Module, "orders"),
        ("get-product-cards", "products/GetProduct", Scopes.Module, "products"),
    ];

    protected override Signal First(CausePlan plan) =>
        Seen.Metric("database_query_duration_seconds", $"Its count: many times the statements of {plan.Target} for the same requests.");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Metric("command_duration_seconds", $"{SliceOf(plan)} is slower, and grows with its rows."),
        Seen.Span(SliceOf(plan), "Dozens of child spans, all of the same statement."),
        Seen.Metric("postgresql_commits_total", "Many more transactions for the same requests."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        ["command_duration_seconds: one slice is slower.", $"A trace of {SliceOf(plan)}: the same statement again and again, each of them fast."];
}
