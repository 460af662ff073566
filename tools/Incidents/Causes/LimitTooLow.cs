using System.Globalization;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>A limit on requests is lower than what honest customers need.</summary>
internal sealed class LimitTooLow() : Misconfiguration(Mechanisms.LimitTooLow, ShopMap.Limits, Scopes.All, null)
{
    protected override (string Variable, string Value) Choose(SeededRandom dice, double size) =>
        ("Limits__Concurrency", Math.Max(1, (int)(3 - (2 * size))).ToString(CultureInfo.InvariantCulture));

    public override IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("limit_refusals_total", "limit=\"concurrency\", at a load that was no problem before."),
        Seen.Metric("http_requests_total", "status=\"503\" of all routes."),
        Seen.Metric("http_active_connections", "Low: nothing is overloaded."),
        Seen.Metric("process_start_time_seconds", "A restart at the beginning, without another build_info."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
    [
        "http_requests_total: 503 of all routes, those without the database too.",
        "limit_refusals_total: one limit refuses, while processors, threads and pools are idle.",
    ];
}
