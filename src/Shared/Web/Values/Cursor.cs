using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ECommerce.Web;

/// <summary>
/// The cursor of keyset pagination: the sort key and the id of a page's last item, opaque to callers. Every page costs the same, and no
/// item is shown twice when rows are added.
/// </summary>
/// <typeparam name="TKey">The type of the sort key: <see cref="DateTimeOffset"/>, <see cref="decimal"/> or <see cref="string"/>.</typeparam>
public sealed record Cursor<TKey>(TKey Key, Guid Id)
{
    // Both members are required; otherwise {} would be read as the beginning of time.
    private static readonly JsonSerializerOptions Json = new() { RespectRequiredConstructorParameters = true };

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Parses a cursor. False for every text that <see cref="ToString"/> did not produce.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Cursor<TKey>? cursor)
    {
        cursor = null;
        if (text is null or { Length: > ListRules.LongestCursor } || !Base64Url.IsValid(text))
            return false;
        try
        {
            cursor = JsonSerializer.Deserialize<Cursor<TKey>>(Base64Url.DecodeFromChars(text), Json);
            return cursor is { Key: not null } and not { Key: string and ({ Length: > 500 }) } && !(cursor.Key is string key && key.Contains('\0', StringComparison.Ordinal));
        }
        catch (Exception broken) when (broken is JsonException or FormatException)
        {
            cursor = null;
            return false;
        }
    }
}
