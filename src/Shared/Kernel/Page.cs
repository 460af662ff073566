namespace ECommerce.Kernel;

/// <summary>A page of a list with keyset pagination: the items, and the cursor of the next page.</summary>
/// <param name="Items">The items, in the order of the list.</param>
/// <param name="Next">The parameter after of the next page; null on the last page.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
