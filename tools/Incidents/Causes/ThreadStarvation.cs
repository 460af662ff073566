using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release that blocks a thread of the thread pool for each request of a product.</summary>
internal sealed class ThreadStarvation() : Release(Mechanisms.ThreadStarvation)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
        [("get-product-turns", "products/GetProduct", Scopes.All, null)];

    protected override Signal First(CausePlan plan) => Seen.Metric("thread_pool_delay_seconds", "Work items wait for a thread.");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Metric("process_threads", "The pool adds one thread after another."),
        Seen.Metric("dotnet_thread_pool_queue_length_total", "Above 0 for long (/metrics/runtime)."),
        Seen.Metric("process_cpu_seconds_total", "The processors are idle."),
        Seen.Metric("command_duration_seconds", "GetProduct is slow."),
        Seen.Span("GetProduct", "The time is before its statement."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        ["process_threads grows, and process_cpu_seconds_total does not.", "Traces of GetProduct: the time is before its statement; it waits without computing."];
}
