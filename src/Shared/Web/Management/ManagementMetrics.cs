using Observability.Metrics;
using Prometheus;

namespace ECommerce.Web;

/// <summary>The reason for which the management listener refused a request before its operation ran.</summary>
internal enum Refusal
{
    Misdirected,
    CrossSite,
    NoKey,
    WrongKey,
    Slowed,
}

/// <summary>The metrics of operators' actions and of refusals on the management listener.</summary>
internal sealed class ManagementMetrics
{
    private readonly MetricFamily<Counter.Child> _actions;
    private readonly Counter.Child[] _refusals;

    public ManagementMetrics(MetricFamilies metrics)
    {
        _actions = metrics.Counter(
            "operator_actions_total",
            "Operations with the management key, and sign-ins and changes in the console, by operation and outcome. Shows whether an operator changed the host before a problem began.",
            "action", "outcome");
        var refusals = metrics.Counter(
            "management_refusals_total",
            "Requests that the management listener refused: misdirected (an unknown host name), cross_site, no_key, wrong_key, slowed (after wrong keys). A high rate means that somebody tries to gain access.",
            "reason");
        _refusals = [.. Enum.GetValues<Refusal>().Select(refusal => refusals.With(NameOf(refusal)))];
    }

    public void Refused(Refusal refusal) => _refusals[(int)refusal].Inc();

    public void Acted(string action, string outcome) => _actions.With(action, outcome).Inc();

    private static string NameOf(Refusal refusal) => refusal switch
    {
        Refusal.Misdirected => "misdirected",
        Refusal.CrossSite => "cross_site",
        Refusal.NoKey => "no_key",
        Refusal.WrongKey => "wrong_key",
        _ => "slowed",
    };
}
