using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ECommerce.Web;

/// <summary>Limits the items of arrays and the members of objects in a JSON body before it is deserialised.</summary>
internal static class BodyItems
{
    /// <summary>The limit on items of one array and on members of one object. Slices allow fewer.</summary>
    public const int Most = 1000;

    // The shortest body that holds Most + 1 items: one character and a comma each.
    private const int TooShortToMatter = 2 * Most;

    /// <summary>
    /// The path of the first array or object that holds too many (<c>lines</c>); null when there is none, or when the body is not JSON.
    /// </summary>
    public static string? FindTooMany(in ReadOnlySequence<byte> body)
    {
        if (body.Length <= TooShortToMatter)
            return null;
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonBodies.MaxDepth });
        Span<Container> open = stackalloc Container[JsonBodies.MaxDepth + 1];
        var depth = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
                {
                    depth--;
                    continue;
                }

                ref var parent = ref open[depth];
                var isName = reader.TokenType is JsonTokenType.PropertyName;
                if (isName)
                    (parent.NameStart, parent.NameLength) = (reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
                if ((isName || parent.IsArray) && ++parent.Count > Most)
                    return PathTo(open[..depth], body);
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                    open[++depth] = new() { IsArray = reader.TokenType is JsonTokenType.StartArray };
            }
        }
        catch (JsonException)
        {
            // Binding reads the body again and reports where it is wrong.
        }

        return null;
    }

    private static string PathTo(ReadOnlySpan<Container> open, in ReadOnlySequence<byte> body)
    {
        StringBuilder path = new();
        foreach (ref readonly var container in open[Math.Min(1, open.Length)..])
        {
            if (path.Length > TruncatedText.Most)
                break;
            if (container.IsArray)
                path.Append('[').Append(container.Count - 1).Append(']');
            else
                path.Append(path.Length > 0 ? "." : "").Append(NameOf(container, body));
        }

        return path.Length == 0 ? "body" : TruncatedText.Of(path.ToString());
    }

    // The token ends with the colon; the text between the quotes is repeated as it was sent.
    private static string NameOf(in Container container, in ReadOnlySequence<byte> body)
    {
        var token = body.Slice(container.NameStart, Math.Min(container.NameLength, 4 * TruncatedText.Most));
        var text = Encoding.UTF8.GetString(token);
        return text.TrimEnd().TrimEnd(':').TrimEnd().Trim('"');
    }

    private struct Container
    {
        public bool IsArray;
        public int Count;
        public long NameStart;
        public int NameLength;
    }
}
