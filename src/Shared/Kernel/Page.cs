namespace ECommerce.Kernel;

/// <summary>One page of a list: its items, and the cursor after the last of them, null at the end.</summary>
/// <param name="Items">The items, in the order of the list.</param>
/// <param name="Next">The parameter after of the next page; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
