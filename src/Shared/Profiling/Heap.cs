using System.Diagnostics;
using System.Runtime;
using Microsoft.Extensions.Logging;
using Observability.Settings;

namespace ECommerce.Profiling;

/// <summary>Reports and collects the garbage-collected heap of this process.</summary>
public sealed partial class Heap(ObservabilitySettings settings, ILoggerFactory loggers)
{
    private static readonly string[] Generations = ["gen0", "gen1", "gen2", "loh", "poh"];

    private readonly ILogger _log = loggers.CreateLogger(settings.CategoryOf("Profiling.Heap"));

    /// <param name="Collections">The number of collections of each generation since the start.</param>
    /// <param name="TotalAllocatedBytes">Allocated bytes since the start.</param>
    /// <param name="TotalPauseMs">The sum of GC pauses since the start, in milliseconds.</param>
    /// <param name="PauseTimePercentage">The share of time in GC pauses, 0 to 100.</param>
    /// <param name="ManagedBytes">Bytes allocated on the heap now, garbage included.</param>
    /// <param name="CommittedBytes">Memory that the collector has committed.</param>
    /// <param name="AvailableBytes">Memory that the collector may use: that of the machine or of the container.</param>
    /// <param name="HeapBytes">The size of the heap after the last collection.</param>
    /// <param name="FragmentedBytes">The fragmentation of the heap after the last collection.</param>
    /// <param name="HeapByGeneration">The same by generation; <c>loh</c> holds large objects, <c>poh</c> pinned ones.</param>
    /// <param name="Last">The last collection; null before the first.</param>
    public sealed record Report(
        IReadOnlyDictionary<string, int> Collections, long TotalAllocatedBytes, double TotalPauseMs, double PauseTimePercentage,
        long ManagedBytes, long CommittedBytes, long AvailableBytes, long HeapBytes, long FragmentedBytes,
        IReadOnlyDictionary<string, Generation> HeapByGeneration, Run? Last);

    public sealed record Generation(long Bytes, long FragmentedBytes);

    public sealed record Run(
        long Index, int Generation, bool Compacted, bool Concurrent, IReadOnlyList<double> PausesMs, long PromotedBytes, long PinnedObjects, long FinalizationPending);

    /// <param name="FreedBytes">The difference of allocated bytes; negative when more was allocated meanwhile.</param>
    /// <param name="TookMs">The duration of the collection, in milliseconds.</param>
    public sealed record Collected(long FreedBytes, double TookMs, long ManagedBytesBefore, long ManagedBytesAfter, long CommittedBytesBefore, long CommittedBytesAfter);

    public static Report ReadReport()
    {
        var last = GC.GetGCMemoryInfo(GCKind.Any);
        var generations = last.GenerationInfo.ToArray();
        return new(
            Enumerable.Range(0, GC.MaxGeneration + 1).ToDictionary(generation => Generations[generation], GC.CollectionCount),
            GC.GetTotalAllocatedBytes(), GC.GetTotalPauseDuration().TotalMilliseconds, last.PauseTimePercentage,
            GC.GetTotalMemory(forceFullCollection: false), last.TotalCommittedBytes, last.TotalAvailableMemoryBytes, last.HeapSizeBytes, last.FragmentedBytes,
            Generations.Zip(generations).ToDictionary(pair => pair.First, pair => new Generation(pair.Second.SizeAfterBytes, pair.Second.FragmentationAfterBytes)),
            last.Index == 0 ? null : new(
                last.Index, last.Generation, last.Compacted, last.Concurrent, [.. last.PauseDurations.ToArray().Select(pause => pause.TotalMilliseconds)],
                last.PromotedBytes, last.PinnedObjectsCount, last.FinalizationPendingCount));
    }

    /// <summary>Runs a full, blocking, compacting collection, large objects included. Requests wait for it.</summary>
    public Collected Collect()
    {
        var (before, committedBefore) = (GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes);
        var started = Stopwatch.GetTimestamp();
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        var (after, committedAfter) = (GC.GetTotalMemory(forceFullCollection: false), GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes);
        Forced(_log, took, before - after);
        return new(before - after, took, before, after, committedBefore, committedAfter);
    }

    [LoggerMessage(EventId = 41, EventName = "heap.collected", Level = LogLevel.Information, Message = "An operator had the heap collected: it took {TookMs} ms and freed {FreedBytes} bytes")]
    private static partial void Forced(ILogger logger, double tookMs, long freedBytes);
}
