using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Web;

/// <summary>
/// A JSON converter factory for enums as snake_case names, spelled exactly. The framework's own converter also accepts other cases, spaces,
/// and several names joined by commas.
/// </summary>
internal sealed class SnakeCaseEnumConverters : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(SnakeCaseEnumConverter<>).MakeGenericType(typeToConvert))!;

    private sealed class SnakeCaseEnumConverter<T> : JsonConverter<T> where T : struct, Enum
    {
        private static readonly FrozenDictionary<T, string> Texts = Enum.GetValues<T>().ToFrozenDictionary(value => value, value => Words.Of(value.ToString()));
        private static readonly FrozenDictionary<string, T> Values = Texts.ToFrozenDictionary(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String && Values.TryGetValue(reader.GetString()!, out var value) ? value : throw new WordRefusedException(Words.Of(typeof(T)));

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Texts[value]);
    }

    /// <summary>Thrown for a value that is none of an enum's names.</summary>
    internal sealed class WordRefusedException(IEnumerable<string> words) : JsonException
    {
        /// <summary>The validation message.</summary>
        public string Rule { get; } = $"Must be one of {string.Join(", ", words)}.";
    }
}

/// <summary>The JSON names of enums.</summary>
public static class Words
{
    /// <summary>The JSON names of an enum, in the order of its members.</summary>
    public static IReadOnlyList<string> Of(Type type) => [.. Enum.GetNames(type).Select(Of)];

    internal static string Of(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
