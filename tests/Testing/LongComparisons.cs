using System.Runtime.CompilerServices;
using ECommerce.Testing;
using Shouldly;

namespace ECommerce;

/// <summary>
/// Shouldly's comparisons of texts and collections, with another message where Shouldly's would be long: it prints both sides whole, and
/// compares collections position by position even where the order is ignored. This message holds what is missing and what is too much.
/// <para>The namespace encloses those of all test projects. The compiler finds these methods before Shouldly's, which come by a using
/// directive, and so no assertion has to name them; what they do not take goes to Shouldly as before.</para>
/// </summary>
[ShouldlyMethods]
public static class LongComparisons
{
    // A message of this length can be read at a glance.
    private const int Short = 600;

    public static void ShouldBe(
        this string? actual, string? expected, string? customMessage = null, [CallerArgumentExpression(nameof(actual))] string expression = "") =>
        Compare(
            () => ShouldBeStringTestExtensions.ShouldBe(actual, expected, customMessage),
            () => Difference.OfTexts(actual ?? "", expected ?? ""), customMessage, expression);

    public static void ShouldBe<T>(
        this IEnumerable<T>? actual, IEnumerable<T>? expected, bool ignoreOrder = false, string? customMessage = null,
        [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        // Read once: a query may have another answer the second time.
        var (seen, wanted) = (actual?.ToArray(), expected?.ToArray());
        Compare(
            () => ShouldBeTestExtensions.ShouldBe<T>(seen!, wanted!, ignoreOrder, customMessage),
            () => ignoreOrder ? Difference.OfSets(seen ?? [], wanted ?? []) : Difference.OfSequences(seen ?? [], wanted ?? []), customMessage, expression);
    }

    public static void ShouldBe<T>(
        this IEnumerable<T>? actual, IEnumerable<T>? expected, string? customMessage, [CallerArgumentExpression(nameof(actual))] string expression = "") =>
        actual.ShouldBe(expected, ignoreOrder: false, customMessage, expression);

    public static string ShouldHaveSingleItem(
        this IEnumerable<string>? actual, string? customMessage = null, [CallerArgumentExpression(nameof(actual))] string expression = "")
    {
        var items = actual?.ToArray();
        var item = "";
        Compare(
            () => item = ShouldBeEnumerableTestExtensions.ShouldHaveSingleItem(items, customMessage),
            () => items is [_, _, ..] && items.Any(other => other != items[0]) ? Difference.OfAll(items) : Difference.OfSets(items ?? [], []), customMessage, expression);
        return item;
    }

    private static void Compare(Action compare, Func<string> difference, string? customMessage, string expression)
    {
        try
        {
            compare();
        }
        catch (ShouldAssertException e) when (e.Message.Length > Short)
        {
            throw new ShouldAssertException($"{expression} differs from what it should be.\n{difference()}{(customMessage is null ? "" : $"\n{customMessage}")}");
        }
    }
}
