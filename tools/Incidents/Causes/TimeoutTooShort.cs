using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The time limit of a request is shorter than a login takes.</summary>
internal sealed class TimeoutTooShort() : Misconfiguration(Mechanisms.TimeoutTooShort, ShopMap.Limits, Scopes.All, null)
{
    protected override (string Variable, string Value) Choose(SeededRandom dice, double size) => ("Limits__RequestTimeout", "00:00:00.100");

    public override IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "status=\"504\", of the routes that take longest: logins first."),
        Seen.Metric("http_request_duration_seconds", "No answer takes longer than the limit, and those with 504 take exactly that."),
        Seen.Log("request.unavailable", "The time limit of the request is over."),
        Seen.Span("POST /api/users/login", "http.response.status_code 504 after the same time."),
        Seen.Metric("process_start_time_seconds", "A restart at the beginning, without another build_info."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
    [
        "http_requests_total: 504 of routes that compute or write.",
        "Their durations are all the same: a limit, and not a load.",
    ];
}
