using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>A release that keeps half a megabyte for each product that was looked at.</summary>
internal sealed class MemoryLeak() : Release(Mechanisms.MemoryLeak)
{
    protected override IReadOnlyList<(string Patch, string Place, string Scope, string? Target)> Patches =>
        [("get-product-history", "products/GetProduct", Scopes.Nobody, null)];

    protected override Signal First(CausePlan plan) => Seen.Metric("process_resident_memory_bytes", "It grows without end.");

    protected override IReadOnlyList<Signal> Others(CausePlan plan) =>
    [
        Seen.Metric("dotnet_gc_last_collection_memory_committed_size_bytes", "It grows after collections, too (/metrics/runtime)."),
        Seen.Metric("http_requests_total", "Memory grows with the requests of /api/products/{id}, and not with time."),
        new(SignalKinds.Profile, "/debug/heap", "Byte arrays are the most, and their number only grows."),
    ];

    protected override IReadOnlyList<string> Steps(CausePlan plan) =>
        ["/debug/heap: byte arrays of half a megabyte, and their number grows.", "A profile of allocations: GetProduct makes them."];
}
