using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ECommerce.Web;

/// <summary>
/// Where a page ended: the sort key and the id of its last item, opaque to callers. Keyset pagination, so a page costs the same
/// wherever it lies and nothing is shown twice when rows are added.
/// </summary>
/// <typeparam name="TKey">What the list is sorted by: <see cref="DateTimeOffset"/>, <see cref="decimal"/> or <see cref="string"/>.</typeparam>
public sealed record Cursor<TKey>(TKey Key, Guid Id)
{
    // Both parts, or it is no cursor: {} would read as the beginning of time.
    private static readonly JsonSerializerOptions Json = new() { RespectRequiredConstructorParameters = true };

    public override string ToString() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>False for everything that <see cref="ToString"/> did not make.</summary>
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
