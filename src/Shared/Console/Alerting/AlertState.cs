namespace Observability.Console.Alerting;

/// <summary>An alert. A rule without an alert has one that is inactive.</summary>
/// <param name="State"><c>inactive</c>, <c>pending</c>, <c>firing</c>, or <c>unknown</c> when the rule is not evaluated.</param>
/// <param name="Since">When the expression began to have a value; null while it has none.</param>
/// <param name="Runbook">The path of the runbook's page, or what the rule's annotation says; null when it says nothing.</param>
/// <param name="Source"><c>prometheus</c> or <c>console</c>: which of them evaluated the rule.</param>
internal sealed record AlertState(
    string Name, string Severity, string State, DateTimeOffset? Since, string Summary, string Description, string? Runbook, double? Value, string Source)
{
    public const string Inactive = "inactive";
    public const string Pending = "pending";
    public const string Firing = "firing";
    public const string Unknown = "unknown";

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Why the rule is not evaluated, where it is not.</summary>
    public string? Note { get; init; }
}

/// <summary>How fast a budget is spent: 1 spends exactly the budget in its time.</summary>
/// <param name="Window">The window over which the burn is measured, such as <c>1h</c>.</param>
internal sealed record Burn(string Window, double Rate);

/// <summary>An objective's error budget for one set of labels, such as a module.</summary>
/// <param name="Slo">The objective.</param>
/// <param name="Of">What it is the budget of: the values of the labels.</param>
/// <param name="Objective">The share of requests that have to be good.</param>
/// <param name="Left">What is left: 1 is untouched, 0 spent, below overspent; null when nothing counted yet.</param>
internal sealed record SloBudget(string Slo, string Of, double Objective, double? Left, IReadOnlyList<Burn> Burns);

/// <summary>All alerts and budgets.</summary>
/// <param name="Source">Where they come from: <c>prometheus</c> or <c>console</c>.</param>
/// <param name="Note">What is to be known about that, such as a Prometheus that does not answer.</param>
/// <param name="At">When they were evaluated; null before the first time.</param>
/// <param name="KnownSince">Since when values are known from which the budgets are computed; null when that is not known here.</param>
internal sealed record AlertReport(
    IReadOnlyList<AlertState> Alerts, IReadOnlyList<SloBudget> Budgets, string Source, string? Note, DateTimeOffset? At, DateTimeOffset? KnownSince);

/// <summary>The alerts of the host's rules, from Prometheus when one answers, and evaluated here otherwise.</summary>
internal interface IAlerts
{
    /// <summary>Every rule's alerts, those that fire first.</summary>
    Task<IReadOnlyList<AlertState>> CurrentAsync(CancellationToken cancellation);

    /// <summary>The same, with the budgets and where all of it comes from.</summary>
    Task<AlertReport> ReportAsync(CancellationToken cancellation);
}
