using ECommerce.Kernel;
using ECommerce.Text;
using ECommerce.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Profiling;

/// <summary>The operators' endpoints for CPU, allocation and heap profiles (docs/profiling.md).</summary>
internal sealed class ProfilingOperations : IOperations
{
    private const string Times = "?seconds=1..60, 10 unless said";

    public void Map(IEndpointRouteBuilder app)
    {
        Describe(app.MapGet("/debug/pprof/profile", TakeForPprofAsync), "ProfileForPprof", $"Takes a CPU profile for pprof: {Times}.");
        Describe(app.MapGet("/debug/profile", TakeCpuAsync), "Profile", $"The same: {Times}, ?format=speedscope|pprof|folded.");
        Describe(app.MapGet("/debug/allocations", TakeAllocationsAsync), "ProfileAllocations", $"Takes an allocation profile by type and allocating method: {Times}, ?format=json|pprof|speedscope|folded.");
        app.MapGet("/debug/gc", () => Heap.ReadReport())
            .WithName("GetHeap")
            .WithSummary("The heap by generation: sizes, fragmentation, collections and their pauses.")
            .RequireManagementKey();
        app.MapPost("/debug/gc", (Heap heap) => heap.Collect())
            .WithName("CollectHeap")
            .WithSummary("Runs a full, compacting garbage collection, during which all requests wait. Answers the freed bytes and the duration.")
            .RequireManagementKey();
    }

    // A profile has a time limit of its own, which is longer than that of a request.
    private static void Describe(RouteHandlerBuilder endpoint, string name, string summary) => endpoint
        .WithName(name)
        .WithSummary(summary)
        .RequireManagementKey()
        .Refuses(CommonErrors.ValidationFailed, ProfilingErrors.InProgress, ProfilingErrors.Off)
        .DisableRequestTimeout();

    private static Task<IResult> TakeForPprofAsync(Profiler profiler, CancellationToken ct, string? seconds = null) =>
        TakeAsync(profiler, ProfileKind.Cpu, seconds, "pprof", ["pprof"], ct);

    private static Task<IResult> TakeCpuAsync(Profiler profiler, CancellationToken ct, string? seconds = null, string? format = null) =>
        TakeAsync(profiler, ProfileKind.Cpu, seconds, format ?? "speedscope", ["speedscope", "pprof", "folded"], ct);

    private static Task<IResult> TakeAllocationsAsync(Profiler profiler, CancellationToken ct, string? seconds = null, string? format = null) =>
        TakeAsync(profiler, ProfileKind.Allocations, seconds, format ?? "json", ["json", "pprof", "speedscope", "folded"], ct);

    private static async Task<IResult> TakeAsync(Profiler profiler, ProfileKind kind, string? seconds, string format, string[] formats, CancellationToken ct)
    {
        if (!TryReadTime(seconds, out var time))
            return Refuse("seconds", $"Must be a whole number between {Profiler.ShortestSeconds} and {Profiler.LongestSeconds}.");
        if (!formats.Contains(format))
            return Refuse("format", $"Must be one of {string.Join(", ", formats)}.");

        var taken = await profiler.TakeAsync(kind, time, ct);
        return taken.ToHttp(profile => format switch
        {
            "pprof" => TypedResults.Bytes(PprofWriter.Write(profile), PprofWriter.ContentType, "profile.pb.gz"),
            "speedscope" => TypedResults.Bytes(SpeedscopeWriter.Write(profile), SpeedscopeWriter.ContentType, "profile.speedscope.json"),
            "folded" => TypedResults.Bytes(FoldedWriter.Write(profile), FoldedWriter.ContentType),
            _ => TypedResults.Ok(AllocationTable.Of(profile)),
        });
    }

    private static bool TryReadTime(string? text, out TimeSpan time)
    {
        long seconds = Profiler.UsualSeconds;
        var isTime = text is null
            || (StrictParser.TryReadInteger(text, out seconds) && seconds is >= Profiler.ShortestSeconds and <= Profiler.LongestSeconds);
        time = TimeSpan.FromSeconds(seconds);
        return isTime;
    }

    private static Problem Refuse(string field, string message) => new(CommonErrors.ValidationFailed.At(field, message));
}
