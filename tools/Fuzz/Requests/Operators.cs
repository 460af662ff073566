using System.Text.Json;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>
/// Requests to the operators' listener, as <c>GET /ops</c> lists it. Nothing is changed there for long or for everybody: faults have no
/// effect on others or are refused, profiles last a second, log levels move for a moment and are given back in the end.
/// </summary>
internal sealed class Operators(IReadOnlyList<Operation> operations, string key)
{

    public static IReadOnlyList<Operation> Read(byte[] list) =>
    [
        .. from item in JsonElement.Parse(list).EnumerateArray()
           let path = item.GetProperty("path").GetString()!.TrimEnd('/')
           let method = item.GetProperty("method").GetString()!
           where !path.Contains('*', StringComparison.Ordinal) && path.Length > 0
           select new Operation($"{method} {path}", method, path,
               [.. Names(path).Select(name => new Parameter(name, "path", JsonElement.Parse("{}")))], null, new Dictionary<int, Dictionary<string, JsonElement>>()),
    ];

    public Draft Of(SeededRandom dice)
    {
        var draft = new Draft(dice.Pick(operations)) { IsForOperators = true, IsForOperation = false };
        var path = draft.Operation.Path;
        foreach (var parameter in draft.Operation.Parameters)
            draft.PathValues[parameter.Name] = ValueOf(path, dice);
        var hasKey = dice.Chance(0.7) && !(path == "/ops/readiness/disable");
        if (hasKey)
            draft.Headers.Add(("X-Management-Key", key));
        else if (dice.Chance(0.5))
            draft.Headers.Add(("X-Management-Key", dice.Pick(["", "no", new string('k', 5000), "\u00E9"])));
        if (draft.Method is "PUT")
            draft.BodyText = BodyOf(path, draft, dice);
        if (path is "/debug/profile" or "/debug/pprof/profile" or "/debug/allocations")
            draft.Query.Add(("seconds", dice.Chance(0.03) ? "1" : dice.Pick(["0", "-1", "61", "abc", "1.5", "99999999999999999999", "%00", "1%20", Markers.Hostile])));
        if (path is "/debug/gc" && draft.Method is "POST" && dice.Chance(0.9))
            draft.Headers.RemoveAll(header => header.Name == "X-Management-Key");
        if (dice.Chance(0.1))
            draft.Query.Add((Markers.Hostile, dice.Pick(["1", "%00", "%FF", "'--"])));
        draft.Bent = "operators";
        return draft;
    }

    private static string ValueOf(string path, SeededRandom dice)
    {
        string[] known = path switch
        {
            "/ops/faults/{name}" => ["latency", "exception", "slow_query", "nonsense"],
            "/ops/log-levels/{module}" => ["users", "orders", "npgsql", "nonsense"],
            "/ops/traces/{traceId}" => ["0af7651916cd43dd8448eb211c80319c", new string('0', 32), "x"],
            _ => ["0190f5fe-7c00-7a00-8000-0000000000a1"],
        };
        return dice.Chance(0.7) ? dice.Pick(known) : dice.Pick(["%00", "%FF", "%20", $"{Markers.Hostile}'--", new string('9', 3000), "..%2F", "%F0%9F%98%80", "LATENCY"]);
    }

    private static string BodyOf(string path, Draft draft, SeededRandom dice)
    {
        // Nothing here is a fault: without a time, and with no other word, one strikes everybody for ten minutes.
        if (dice.Chance(0.3))
            return dice.Pick(["", "null", "[]", "{", "\"x\"", "{\"for\":null,\"percentage\":0}", $"{{\"{Markers.Hostile}\":1}}", "{\"level\":1}", "{\"for\":\"99:99:99\"}", "{\"percentage\":1e400}", new string('[', 1000)]);
        if (path.Contains("log-levels", StringComparison.Ordinal))
            return dice.Pick(["{\"level\":\"Information\",\"for\":\"00:00:01\"}", "{\"level\":\"Loud\"}", "{\"level\":\"Warning\",\"for\":\"-00:00:01\"}", "{\"level\":\"Information\",\"for\":\"10000.00:00:00\"}", $"{{\"level\":\"{Markers.Hostile}\"}}"]);
        // One millisecond for one in a hundred of a query that nobody asks in a hurry; all others are refused.
        return draft.PathValues.GetValueOrDefault("name") == "latency"
            ? dice.Pick(["{\"slice\":\"GetOrderStats\",\"latency\":\"1ms\",\"percentage\":1,\"for\":\"00:00:01\"}", "{\"slice\":\"Nobody\"}", "{\"latency\":\"1h\"}", "{\"latency\":-1}", "{\"percentage\":0}", "{\"percentage\":101}", "{\"for\":\"10.00:00:00\"}"])
            : dice.Pick(["{\"slice\":\"Nobody\"}", "{\"percentage\":0}", "{\"percentage\":\"all\"}", "{\"for\":\"0\"}", "{\"module\":\"nobody\"}", $"{{\"slice\":\"{Markers.Hostile}\",\"percentage\":0}}"]);
    }

    private static IEnumerable<string> Names(string path) => path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0]);
}
