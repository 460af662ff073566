using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Text;

namespace ECommerce.Web;

/// <summary>
/// A JSON converter for decimals that refuses numbers with more digits than a <see cref="decimal"/> holds, instead of rounding them.
/// </summary>
internal sealed class NumberConverter : JsonConverter<decimal>
{
    private const int LongestNumber = 128;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var length = reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length;
        if (reader.TokenType is not JsonTokenType.Number || length > LongestNumber)
            throw new JsonException();
        Span<byte> bytes = stackalloc byte[(int)length];
        if (reader.HasValueSequence)
            reader.ValueSequence.CopyTo(bytes);
        else
            reader.ValueSpan.CopyTo(bytes);
        Span<char> text = stackalloc char[bytes.Length];
        Encoding.ASCII.GetChars(bytes, text);
        return StrictParser.TryReadNumber(text, out var value) ? value : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}
