namespace ECommerce.Kernel;

/// <summary>One page of a list: its items, and the cursor after the last of them, null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
