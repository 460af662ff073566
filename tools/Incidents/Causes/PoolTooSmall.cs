using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>The pools of the modules are as small as they may be, and the relay and the notifications need most of them.</summary>
internal sealed class PoolTooSmall() : Misconfiguration(Mechanisms.PoolTooSmall, ShopMap.DatabaseConnections, Scopes.All, null)
{
    protected override (string Variable, string Value) Choose(SeededRandom dice, double size) => ("Database__MaxPoolSize", "3");

    public override IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("db_client_connection_max", "3 for each pool (/metrics/runtime)."),
        Seen.Metric("db_client_connection_pending_requests", "Above 0 under load (/metrics/runtime)."),
        Seen.Metric("command_duration_seconds", "Commands are slow while their statements are fast."),
        Seen.Log("request.unavailable", "Under more load: the pool is exhausted."),
        Seen.Metric("process_start_time_seconds", "A restart at the beginning, without another build_info."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
    [
        "command_duration_seconds: commands of all modules are slower when several run at a time.",
        "Traces: the time is before the first statement, and the statements are fast.",
        "db_client_connection_max is 3, and requests are pending.",
    ];
}
