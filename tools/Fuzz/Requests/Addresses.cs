using System.Text.Json;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>Bends the target of a request: path, query, method.</summary>
internal sealed class Addresses(Description description, EdgeValues edges)
{
    private static readonly string[] Escapes =
    [
        "%00", "a%00b", "%", "%2", "%zz", "%FF", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%25%30%30", "%0D%0AX-Zqx7-Injected:%201", "%0a", "%09", "%20", "%2F", "%5C", "%2e%2e", "..%2F..%2Fetc%2Fpasswd",
        "%F0%9F%98%80", "%E2%80%AE", "+", "*", "~", ":", "@", ";x=y", "a;b", "%3F", "%23", "%26", "=", "&", "[]", "{}", "|", "^", "\"", "<>", "`",
        Markers.Hostile, $"{Markers.Hostile}'--", $"%27%3B{Markers.Hostile}--", "me", "stats", "login",
    ];

    private static readonly string[] Unknown =
    [
        "FOO", "get", "PATCH", "OPTIONS", "TRACE", "HEAD", "PROPFIND", "M-SEARCH", "X", "GETT", "DELETE", "PUT", "POST", "GET", "QUERY", new string('Z', 64),
    ];

    /// <summary>A value of the query or of the path is at an edge of its schema.</summary>
    public bool AtAnEdge(Draft draft, SeededRandom dice) => BendAValue(draft, dice, schema => edges.Of(schema));

    public static bool OfAnotherKind(Draft draft, SeededRandom dice) => BendAValue(draft, dice, _ => EdgeValues.OfAnotherKind);

    /// <summary>A value of the query is a hostile text.</summary>
    public static bool HostileText(Draft draft, SeededRandom dice) => BendAValue(draft, dice, _ => [.. Texts.Hostile.Select(Texts.Quote)]);

    /// <summary>Percent-encoding, repetition, length, dots and slashes.</summary>
    public static void Odd(Draft draft, SeededRandom dice)
    {
        // A probe is told from traffic by its path: it stays what it is.
        var kinds = draft.Operation.IsProbe ? 4 : 10;
        var oddity = dice.Pick(Escapes);
        switch (dice.Between(0, kinds))
        {
            case 0:
                draft.Query.Add((dice.Pick(NamesOf(draft)), oddity));
                break;
            case 1:
                var name = dice.Pick(NamesOf(draft));
                draft.Query.Add((name, "1"));
                draft.Query.Add((name, "2"));
                draft.Query.Add((name.ToUpperInvariant(), "3"));
                break;
            case 2:
                draft.Query.Add((dice.Pick(NamesOf(draft)), new string('a', dice.Pick([200, 1000, 4000]))));
                break;
            case 3:
                draft.Query.Add(("", dice.Pick(["", "?", "&&&", "=", "==", "%00", "%", $"{oddity}={oddity}", string.Join('&', Enumerable.Range(0, 1100).Select(n => $"{(char)('a' + (n % 26))}=1")), "a[]=1&a[b]=2", "a.b=1"])));
                break;
            case 4:
                draft.Query.Add((oddity.Length > 0 ? oddity : "x", oddity));
                break;
            case 5:
                (draft.Target, draft.IsForOperation) = (draft.TargetText + "#" + oddity, false);
                break;
            case 6 or 7 when draft.PathValues.Count > 0:
                draft.PathValues[draft.PathValues.Keys.First()] = oddity;
                draft.IsForOperation = false;
                break;
            case 8:
                (draft.Target, draft.IsForOperation) = ($"{draft.PathText}/{oddity}", false);
                break;
            case 9 when draft.PathValues.Count > 0:
                draft.PathValues[draft.PathValues.Keys.First()] = new string('9', dice.Pick([40, 500, 5000]));
                break;
            default:
                (draft.Target, draft.IsForOperation) = (dice.Pick(
                [
                    draft.PathText + "/", "/" + draft.PathText, draft.PathText + "//", $"/api/..{draft.PathText}", $"/%2e{draft.PathText}",
                    draft.PathText.ToUpperInvariant(), draft.PathText.Replace("/", "\\", StringComparison.Ordinal), "/" + oddity,
                    draft.PathText.Replace("a", "%61", StringComparison.Ordinal),
                ]), false);
                break;
        }

        draft.Bent = $"the address, {Bodies.Short(oddity)}";
    }

    /// <summary>A method that the path does not know, or that nobody knows.</summary>
    public void OtherMethod(Draft draft, SeededRandom dice)
    {
        var method = dice.Pick(Unknown);
        draft.Method = description.Operations.Any(known => known.Path == draft.Operation.Path && known.Method == method) ? "FOO" : method;
        draft.Bent = $"the method, {draft.Method}";
        draft.IsForOperation = false;
        // Another method's success is another operation's news.
        draft.OnSuccess = null;
        draft.Owner = null;
    }

    private static string[] NamesOf(Draft draft) =>
        [.. draft.Operation.Parameters.Where(parameter => parameter.In == "query").Select(parameter => parameter.Name), "x", Markers.Hostile];

    private static bool BendAValue(Draft draft, SeededRandom dice, Func<JsonElement, IReadOnlyList<string>> texts)
    {
        var parameters = draft.Operation.Parameters.Where(parameter => parameter.In is "query" or "path").ToArray();
        if (parameters.Length == 0)
            return false;
        var parameter = dice.Pick(parameters);
        var value = Unquote(dice.Pick(texts(parameter.Schema)));
        var written = Uri.EscapeDataString(value.Length > 2000 ? value[..2000] : value);
        draft.Bent = $"{parameter.Name} = {Bodies.Short(value)}";
        if (parameter.In == "query")
        {
            draft.Query.RemoveAll(pair => pair.Name == parameter.Name);
            draft.Query.Add((parameter.Name, written));
            return true;
        }

        draft.PathValues[parameter.Name] = written;
        // Nothing, and dots, are another path.
        draft.IsForOperation = written.Trim('.').Length > 0;
        return true;
    }

    private static string Unquote(string json)
    {
        try
        {
            return json.StartsWith('"') ? JsonSerializer.Deserialize<string>(json)! : json;
        }
        catch (JsonException)
        {
            return json;
        }
    }
}
