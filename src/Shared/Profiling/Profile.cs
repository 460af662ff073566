namespace ECommerce.Profiling;

/// <summary>What is sampled.</summary>
public enum ProfileKind
{
    /// <summary>Where threads are in managed code, about a thousand times a second. A value is nanoseconds.</summary>
    Cpu,

    /// <summary>Where objects of which type are made, about once in 100 KB. A value is bytes.</summary>
    Allocations,
}

/// <summary>What ended the sampling.</summary>
public enum ProfileEnd
{
    /// <summary>The time that was asked for is over.</summary>
    Time,

    /// <summary>The file of events has reached its bound.</summary>
    Size,

    /// <summary>The host stops.</summary>
    Stop,
}

/// <summary>The use case whose handler is on a stack.</summary>
/// <param name="Name">As in spans and metrics: <c>PlaceOrder</c>.</param>
/// <param name="Module">Its module: <c>orders</c>.</param>
public sealed record Slice(string Name, string Module);

/// <summary>One place that was met, and how often.</summary>
/// <param name="Frames">The methods, the innermost first.</param>
/// <param name="Slice">The innermost handler among them, if there is one.</param>
/// <param name="Type">What was allocated; null in a CPU profile.</param>
/// <param name="Count">How often a thread was seen here, or an estimate of how many objects were made.</param>
/// <param name="Value">How much, in the unit of the <see cref="ProfileKind"/>.</param>
public sealed record StackSample(IReadOnlyList<string> Frames, Slice? Slice, string? Type, long Count, long Value);

/// <summary>What a session of sampling has seen.</summary>
/// <param name="Kind">What was sampled.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Time">How long it took.</param>
/// <param name="End">What ended it.</param>
/// <param name="Samples">How many samples there are; those of idle threads do not count.</param>
/// <param name="Dropped">How many events the runtime had no room for.</param>
/// <param name="Stacks">What they say.</param>
public sealed record Profile(
    ProfileKind Kind, DateTimeOffset StartedAt, TimeSpan Time, ProfileEnd End, long Samples, long Dropped, IReadOnlyList<StackSample> Stacks)
{
    /// <summary>What a reader has to know, in every format.</summary>
    internal IEnumerable<string> Remarks()
    {
        yield return $"{Samples} samples in {Time.TotalSeconds:0.0} s; {Dropped} events were lost";
        if (End is ProfileEnd.Size)
            yield return "cut: the events have reached their bound before the time was over";
        if (End is ProfileEnd.Stop)
            yield return "cut: the host stopped before the time was over";
        yield return Kind is ProfileKind.Cpu
            ? "samples are taken at safepoints: the innermost method may be the neighbour of the one that is slow"
            : "sizes and counts are estimates from about one sample in 100 KB";
        if (Kind is ProfileKind.Cpu)
            yield return "threads that wait or run native code are left out; after an await, a stack begins where the method goes on";
    }
}
