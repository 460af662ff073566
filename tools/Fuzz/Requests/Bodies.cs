using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>Bends a body: one of its values, its members, or all of it.</summary>
internal sealed class Bodies(Description description, EdgeValues edges)
{
    private const int LargestBody = 1_048_576;

    private static readonly string[] ContentTypes =
    [
        "", "text/plain", "application/xml", "text/html; charset=utf-8", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
        "application/octet-stream", "application/json; charset=utf-8", "application/json; charset=\"utf-8\"", "APPLICATION/JSON", "application/json;charset=UTF-8; x=y",
        "application/json; charset=utf-16", "application/json; charset=iso-8859-1", $"application/json; charset={Markers.Hostile}", "application/json; charset=",
        "application/json; charset=utf-7", "application/vnd.api+json", "application/problem+json", "application/jsonp", "application/json, application/json", "application/",
        "/", ";", "json", "*/*", "application/json;", "application/json; charset", $"application/{new string('j', 2000)}", "text/json", "application/*+json", "\"application/json\"",
    ];

    private static readonly string[] Codings = ["gzip", "br", "deflate", "identity", "zstd", "gzip, gzip", Markers.Hostile, "*"];

    /// <summary>One value is at an edge of what the schema allows, or beyond.</summary>
    public bool AtAnEdge(Draft draft, SeededRandom dice) => BendAValue(draft, dice, schema => edges.Of(schema));

    /// <summary>One value is of another kind.</summary>
    public bool OfAnotherKind(Draft draft, SeededRandom dice) => BendAValue(draft, dice, _ => EdgeValues.OfAnotherKind);

    /// <summary>One text is hostile.</summary>
    public bool HostileText(Draft draft, SeededRandom dice) => BendAValue(
        draft, dice, _ => [.. Texts.Hostile.Select(Texts.Quote), .. Texts.HostileJson], value => value is JsonValue text && text.GetValueKind() is JsonValueKind.String);

    /// <summary>Members are missing, given twice, unknown, or too deep; or there is no object at all.</summary>
    public static bool OfAnotherShape(Draft draft, SeededRandom dice)
    {
        if (draft.Body is not JsonObject body)
            return false;
        var name = body.Count > 0 ? dice.Pick([.. body.Select(member => member.Key)]) : "name";
        var text = body.ToJsonString(Texts.Json);
        var inside = text[1..^1];
        var more = inside.Length > 0 ? "," : "";
        (draft.Bent, draft.BodyText) = dice.Between(0, 19) switch
        {
            0 => ($"without {name}", Without(body, name)),
            1 => ($"{name} twice", $"{{{inside},{Texts.Quote(name)}:{body[name]?.ToJsonString(Texts.Json) ?? "1"}}}"),
            2 => ($"{name} null", With(body, name, null)),
            3 => ("an unknown member", $"{{{inside}{more}\"{Markers.Hostile}\":1}}"),
            4 => ("an unknown member that is deep", $"{{{inside}{more}\"x\":{Deep(dice.Pick([31, 32, 33, 64, 1000]))}}}"),
            5 => ("only deep", Deep(dice.Pick([2, 31, 32, 33, 10_000, 200_000]))),
            6 => ($"{name} in capitals", text.Replace($"\"{name}\"", $"\"{name.ToUpperInvariant()}\"", StringComparison.Ordinal)),
            7 => ("no member", "{}"),
            8 => ("null", "null"),
            9 => ("an array", $"[{text}]"),
            10 => ("text", Texts.Quote(text)),
            11 => ("a number", "1"),
            12 => ("nothing", ""),
            13 => ("broken off", text[..dice.Between(0, text.Length - 1)]),
            14 => ("something behind it", text + dice.Pick(["}", "null", text, "\0", $"<{Markers.Hostile}>", ","])),
            15 => ("a comma too many", $"{{{inside},}}"),
            16 => ("comments", $"/* {Markers.Hostile} */{text}// {Markers.Hostile}"),
            17 => ("spaces around it", $" \r\n\t{text}\r\n "),
            18 => ("an unknown member named like an object's own", $"{{{inside}{more}\"{dice.Pick(["__proto__", "constructor", "$type", "$ref", "$id", "id", "role", "version", ""])}\":\"x\"}}"),
            _ => ("many unknown members", $"{{{inside}{more}{string.Join(',', Enumerable.Range(0, 2000).Select(number => $"\"m{number}\":{number}"))}}}"),
        };
        return true;
    }

    /// <summary>The body is what it should be, said in another way: another type, charset, coding or size.</summary>
    public static bool InAnotherCoding(Draft draft, SeededRandom dice)
    {
        if (draft.Body is null)
            return false;
        var text = draft.Body.ToJsonString(Texts.Json);
        var bytes = Encoding.UTF8.GetBytes(text);
        switch (dice.Between(0, 9))
        {
            case 0 or 1 or 2 or 3:
                draft.ContentType = dice.Pick(ContentTypes);
                draft.Bent = $"Content-Type {Short(draft.ContentType)}";
                break;
            case 4:
                var charset = dice.Pick<Encoding>([Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32, Encoding.Latin1]);
                (draft.BodyBytes, draft.Bent) = (charset.GetBytes(text), $"in {charset.WebName}");
                break;
            case 5:
                (draft.BodyBytes, draft.Bent) = ([0xEF, 0xBB, 0xBF, .. bytes], "a byte order mark");
                break;
            case 6:
                (draft.BodyBytes, draft.Bent) = (Gzip(bytes), "gzip");
                if (dice.Chance(0.7))
                    draft.Headers.Add(("Content-Encoding", dice.Pick(Codings)));
                break;
            case 7:
                var size = dice.Pick([LargestBody - 1, LargestBody, LargestBody + 1]);
                (draft.BodyBytes, draft.Bent) = ([.. bytes, .. Enumerable.Repeat((byte)' ', size - bytes.Length)], $"{size} bytes");
                draft.IsLast = true;
                break;
            case 8:
                (draft.BodyBytes, draft.Bent) = ([.. Enumerable.Range(0, dice.Between(1, 300)).Select(_ => (byte)dice.Between(0, 255))], "noise");
                break;
            default:
                (draft.BodyText, draft.Bent) = (text.Replace(":\"", $":\"{Draft.BadByte}", StringComparison.Ordinal), "bytes that are no UTF-8");
                break;
        }

        return true;
    }

    private bool BendAValue(Draft draft, SeededRandom dice, Func<JsonElement, IReadOnlyList<string>> texts, Func<JsonNode?, bool>? among = null)
    {
        if (draft.Body is null || draft.Operation.Body is not { } schema)
            return false;
        Place[] places = [.. Places(draft.Body, schema, "").Where(place => among is null || among(place.Value))];
        if (places.Length == 0)
            return false;
        var place = dice.Pick(places);
        draft.Raw = dice.Pick(texts(place.Schema));
        draft.Bent = $"{place.Path} = {Short(draft.Raw)}";
        place.Replace(JsonValue.Create(Draft.RawHere));
        return true;
    }

    private IEnumerable<Place> Places(JsonNode? node, JsonElement schema, string path)
    {
        schema = description.Resolve(schema);
        if (node is JsonObject json && schema.TryGetProperty("properties", out var members))
        {
            foreach (var (name, its) in members.EnumerateObject().Select(member => (member.Name, member.Value)))
            {
                yield return new($"{path}.{name}", its, json[name], value => json[name] = value);
                foreach (var inner in Places(json[name], its, $"{path}.{name}"))
                    yield return inner;
            }
        }
        else if (node is JsonArray { Count: > 0 } array && schema.TryGetProperty("items", out var items))
        {
            yield return new($"{path}[0]", items, array[0], value => array[0] = value);
            foreach (var inner in Places(array[0], items, $"{path}[0]"))
                yield return inner;
        }
    }

    private static string Without(JsonObject body, string name)
    {
        var copy = body.DeepClone().AsObject();
        copy.Remove(name);
        return copy.ToJsonString(Texts.Json);
    }

    private static string With(JsonObject body, string name, JsonNode? value)
    {
        var copy = body.DeepClone().AsObject();
        copy[name] = value;
        return copy.ToJsonString(Texts.Json);
    }

    private static string Deep(int levels) => new string('[', levels) + new string(']', levels);

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest))
            packing.Write(bytes);
        return packed.ToArray();
    }

    public static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}… ({text.Length} characters)";

    private sealed record Place(string Path, JsonElement Schema, JsonNode? Value, Action<JsonNode?> Replace);
}
