using System.Collections.Frozen;
using System.Text.Json;

namespace ECommerce.Orders;

/// <summary>The snake_case names of enum values in JSON, in the database and in metrics: <c>payment_pending</c>.</summary>
internal static class SnakeCase
{
    public static string Text<T>(this T value) where T : struct, Enum => Names<T>.Texts[value];

    /// <exception cref="KeyNotFoundException">The database holds a name that this version does not know.</exception>
    public static T Parse<T>(string text) where T : struct, Enum => Names<T>.Values[text];

    public static IReadOnlyCollection<string> All<T>() where T : struct, Enum => Names<T>.Ordered;

    private static class Names<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> Texts =
            Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly FrozenDictionary<string, T> Values = Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

        public static readonly string[] Ordered = [.. Enum.GetValues<T>().Select(value => Texts[value])];
    }
}
