namespace ECommerce.Profiling;

/// <summary>The kinds of profiles.</summary>
public enum ProfileKind
{
    /// <summary>CPU samples of managed code, about a thousand a second. A value is in nanoseconds.</summary>
    Cpu,

    /// <summary>Allocation samples with the type of the object, about one in 100 KB. A value is in bytes.</summary>
    Allocations,
}

/// <summary>The reason for which a profiling session ended.</summary>
public enum ProfileEnd
{
    /// <summary>The requested time was over.</summary>
    Time,

    /// <summary>The file of events reached its size limit.</summary>
    Size,

    /// <summary>The host stops.</summary>
    Stop,
}

/// <summary>The use case whose handler is on a stack.</summary>
/// <param name="Name">As in spans and metrics: <c>PlaceOrder</c>.</param>
/// <param name="Module">Its module: <c>orders</c>.</param>
public sealed record Slice(string Name, string Module);

/// <summary>A stack trace with the number of its samples.</summary>
/// <param name="Frames">The frames, the innermost first.</param>
/// <param name="Slice">The use case of the innermost handler on the stack, if there is one.</param>
/// <param name="Type">The allocated type; null in a CPU profile.</param>
/// <param name="Count">The number of samples, or of objects by estimate.</param>
/// <param name="Value">The value in the unit of the <see cref="ProfileKind"/>.</param>
public sealed record StackSample(IReadOnlyList<string> Frames, Slice? Slice, string? Type, long Count, long Value)
{
    /// <summary>The names from the outermost to the innermost frame, below one for the slice and above one for the type.</summary>
    public IEnumerable<string> Path()
    {
        if (Slice is { } slice)
            yield return $"slice {slice.Name} ({slice.Module})";
        for (var i = Frames.Count - 1; i >= 0; i--)
            yield return Frames[i];
        if (Type is { } type)
            yield return $"new {type}";
    }
}

/// <summary>The result of a profiling session.</summary>
/// <param name="Kind">The kind of profile.</param>
/// <param name="StartedAt">The start of the session.</param>
/// <param name="Time">The duration of the session.</param>
/// <param name="End">The reason for its end.</param>
/// <param name="Samples">The number of samples, without those of idle threads.</param>
/// <param name="Dropped">The events that the runtime dropped because its buffer was full.</param>
/// <param name="Stacks">The sampled stack traces.</param>
public sealed record Profile(
    ProfileKind Kind, DateTimeOffset StartedAt, TimeSpan Time, ProfileEnd End, long Samples, long Dropped, IReadOnlyList<StackSample> Stacks)
{
    /// <summary>How to read the numbers, as lines for every format.</summary>
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
