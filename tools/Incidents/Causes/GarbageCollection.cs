using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release that allocates megabytes for each page of the catalogue.</summary>
internal sealed class GarbageCollection() : Release(Mechanisms.GarbageCollection)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
        [("list-products-facets", "products/ListProducts", Scopes.All, null)];

    protected override Signal First(CausePlan plan) => Seen.Metric("dotnet_gc_pause_time_seconds_total", "Its rate is many times the usual one (/metrics/runtime).");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Metric("dotnet_gc_heap_total_allocated_bytes_total", "Megabytes for each request."),
        Seen.Metric("process_resident_memory_bytes", "Higher, and it stays there."),
        Seen.Metric("command_duration_seconds", "ListProducts is slow, and everything else slower."),
        new(SignalKinds.Profile, "/debug/pprof/allocs", "Strings of ListProducts."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        ["dotnet_gc_heap_total_allocated_bytes_total grows by megabytes for each request.", "A profile of allocations: strings that ListProducts makes."];
}
