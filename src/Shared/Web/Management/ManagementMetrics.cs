using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Web;

/// <summary>Why the management listener refused a request before its operation was looked at.</summary>
internal enum Refusal
{
    Misdirected,
    CrossSite,
    NoKey,
    WrongKey,
    Slowed,
}

/// <summary>What operators did, and who was kept from doing it.</summary>
internal sealed class ManagementMetrics
{
    private readonly MetricFamily<Counter.Child> _actions;
    private readonly Counter.Child[] _refusals;

    public ManagementMetrics(MetricFamilies metrics)
    {
        _actions = metrics.Counter(
            "operator_actions_total", "Operations that the management key opened, by operation and outcome. Whether somebody changed a running host, beside the trouble that followed.",
            "action", "outcome");
        var refusals = metrics.Counter(
            "management_refusals_total",
            "Requests that the management listener refused: misdirected (an unknown host name), cross_site, no_key, wrong_key, slowed (after wrong keys). A high rate means that somebody tries to get in.",
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
