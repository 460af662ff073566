namespace ECommerce.Profiling;

/// <summary>An allocation profile as a table: bytes and objects by type, and the methods that allocate them.</summary>
/// <param name="Seconds">The duration of sampling.</param>
/// <param name="Bytes">The estimated bytes of all allocations.</param>
/// <param name="Samples">The number of samples; a type with a few of them is a rough estimate.</param>
/// <param name="Dropped">The events that the runtime dropped because its buffer was full.</param>
/// <param name="Remarks">How to read the numbers.</param>
/// <param name="Types">The types with the most bytes, in descending order.</param>
public sealed record AllocationTable(
    double Seconds, long Bytes, long Samples, long Dropped, IReadOnlyList<string> Remarks, IReadOnlyList<AllocationTable.Row> Types)
{
    private const int MostTypes = 50;
    private const int MostPlaces = 5;

    /// <param name="Type">The name of the type.</param>
    /// <param name="Bytes">The estimated bytes.</param>
    /// <param name="Objects">The estimated number of objects.</param>
    /// <param name="Share">The share of all bytes, 0 to 1.</param>
    /// <param name="By">The places with the most allocations of the type.</param>
    public sealed record Row(string Type, long Bytes, long Objects, double Share, IReadOnlyList<Place> By);

    /// <param name="Method">The innermost method that is not .NET's own; the innermost of all where every one is.</param>
    /// <param name="Slice">The use case around it, and its <paramref name="Module"/>, where a handler is on the stack.</param>
    /// <param name="Bytes">The estimated bytes.</param>
    public sealed record Place(string Method, string? Slice, string? Module, long Bytes);

    public static AllocationTable Of(Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var all = profile.Stacks.Sum(stack => stack.Value);
        return new(
            Math.Round(profile.Time.TotalSeconds, 1), all, profile.Samples, profile.Dropped, [.. profile.Remarks()],
            [
                .. profile.Stacks.GroupBy(stack => stack.Type!, StringComparer.Ordinal)
                    .Select(type => RowOf(type, all))
                    .OrderByDescending(type => type.Bytes)
                    .Take(MostTypes),
            ]);
    }

    private static Row RowOf(IGrouping<string, StackSample> type, long all)
    {
        var bytes = type.Sum(stack => stack.Value);
        return new(type.Key, bytes, type.Sum(stack => stack.Count), Math.Round((double)bytes / all, 4),
        [
            .. type.GroupBy(stack => (Method: OwnMethod(stack), stack.Slice))
                .Select(place => new Place(place.Key.Method, place.Key.Slice?.Name, place.Key.Slice?.Module, place.Sum(stack => stack.Value)))
                .OrderByDescending(place => place.Bytes)
                .Take(MostPlaces),
        ]);
    }

    private static string OwnMethod(StackSample stack) =>
        stack.Frames.FirstOrDefault(IsOwn) ?? (stack.Frames is [var innermost, ..] ? innermost : "");

    private static bool IsOwn(string method) =>
        !method.StartsWith("System.", StringComparison.Ordinal) && !method.StartsWith("Microsoft.", StringComparison.Ordinal) && !method.StartsWith("Interop", StringComparison.Ordinal);
}
