using System.Globalization;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>Headers that nobody should send. Those that make the request no HTTP at all may be refused by the server itself.</summary>
internal static class HeaderValues
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static readonly (string Name, string[] Values)[] Odd =
    [
        ("traceparent",
        [
            $"00-{Trace}-b7ad6b7169203331-01", $"00-{Trace}-b7ad6b7169203331-00", $"00-{new string('0', 32)}-b7ad6b7169203331-01", $"00-{Trace}-{new string('0', 16)}-01",
            $"ff-{Trace}-b7ad6b7169203331-01", $"cc-{Trace}-b7ad6b7169203331-01-{Markers.Hostile}", $"00-{Trace.ToUpperInvariant()}-B7AD6B7169203331-01", "00", "", "-", Markers.Hostile,
            $"00-{Trace}-b7ad6b7169203331-{Markers.Hostile}", new string('0', 5000), $"00-{Trace}-b7ad6b7169203331-ff",
        ]),
        ("tracestate", [$"{Markers.Hostile}=1", string.Join(',', Enumerable.Range(0, 100).Select(n => $"k{n}={Markers.Hostile}")), "=", ",,,", new string('a', 6000), "a=b,a=c"]),
        ("baggage", [$"{Markers.Hostile}={Markers.Hostile}", string.Join(',', Enumerable.Range(0, 300).Select(n => $"k{n}={Markers.Hostile}")), "a=%00", "=", "a=b;c=d;e", new string('b', 9000)]),
        ("X-Request-Id", ["", "a b", new string('r', 128), new string('r', 129), "'; --", "{\"a\":1}", "\"", "<b>", "\u00E9", "%0d%0a"]),
        ("Idempotency-Key", ["", Markers.Hostile, "00000000-0000-0000-0000-000000000000", "{0190f5fe-7c00-7a00-8000-0000000000a1}", "0190f5fe-7c00-7a00-8000-0000000000a1, 0190f5fe-7c00-7a00-8000-0000000000a2", new string('1', 5000), "1", "'", "\u00E9"]),
        ("If-Match", ["*", "\"1\"", "W/\"1\"", "\"1\", \"2\"", "\"", "", "\"-1\"", "\"9223372036854775808\"", $"\"{Markers.Hostile}\"", "1", new string('"', 500), "\"\u00E9\""]),
        ("If-None-Match", ["*", "\"1\"", "W/\"1\"", "\"1\", W/\"2\" , *", ",,,", "\"", $"\"{Markers.Hostile}\"", new string(',', 5000), "\u00E9"]),
        ("Accept", ["text/html", "application/xml", "*/*;q=0", "application/json;q=0", "", ";;;", Markers.Hostile, new string('a', 5000), "application/problem+json"]),
        ("Accept-Encoding", ["gzip, br", "identity;q=0, *;q=0", Markers.Hostile]),
        ("Accept-Language", ["ar", new string('x', 2000), Markers.Hostile]),
        ("Accept-Charset", ["utf-16", "utf-7"]),
        ("Content-Type", ["text/plain", "application/json; charset=utf-16", Markers.Hostile, "application/json; charset=utf-8"]),
        ("Content-Encoding", ["gzip", "br", Markers.Hostile]),
        ("Content-Language", [Markers.Hostile]),
        ("Cookie", [$"session={Markers.Hostile}", "a=b; a=c; =; ;", new string('c', 8000), $"{Markers.Hostile}=\u00E9", "{}"]),
        ("X-Forwarded-For", ["127.0.0.1", "::1, 1.2.3.4", Markers.Hostile, "999.999.999.999", new string('1', 3000)]),
        ("X-Forwarded-Host", [$"{Markers.Hostile}.example"]),
        ("X-Forwarded-Proto", ["https", Markers.Hostile]),
        ("X-Forwarded-Prefix", [$"/{Markers.Hostile}"]),
        ("X-Original-URL", ["/metrics"]),
        ("X-HTTP-Method-Override", ["DELETE", Markers.Hostile]),
        ("Forwarded", [$"for={Markers.Hostile};host=x;proto=https"]),
        ("Origin", [$"https://{Markers.Hostile}.example", "null"]),
        ("Referer", [$"https://127.0.0.1/{Markers.Hostile}"]),
        ("User-Agent", ["", Markers.Hostile, $"<script>{Markers.Hostile}</script>", new string('u', 5000), "${jndi:ldap://127.0.0.1/zqx7h}"]),
        ("Range", ["bytes=0-0", "bytes=-1", "bytes=0-,0-,0-", Markers.Hostile]),
        ("Expect", ["100-continue", Markers.Hostile]),
        ("Upgrade", ["h2c", "websocket", Markers.Hostile]),
        ("Connection", ["Upgrade, HTTP2-Settings", "close", "keep-alive, close", Markers.Hostile]),
        ("TE", ["trailers", Markers.Hostile]),
        ("Max-Forwards", ["0", "-1"]),
        ("Prefer", ["respond-async"]),
        ("X-Management-Key", [Markers.Hostile, "", new string('k', 3000)]),
        ("Date", ["yesterday"]),
        ("X-Zqx7h", ["1"]),
    ];

    private static readonly string[] NoHttp =
    [
        "Host: \r\n", "Host: a b\r\n", "Host: [::1\r\n", $"Host: {Markers.Hostile}@x\r\n", $"Host: {Markers.Hostile}\r\nHost: other\r\n", "Bad Name: 1\r\n", ": 1\r\n", "NoColon\r\n", " Leading: space\r\n",
        "X: a\0b\r\n", "X: a\rb\r\n", $"X: {Draft.BadByte}\r\n", "X: one\r\n two\r\n", "X : 1\r\n", "X\t: 1\r\n", "\u00E9: 1\r\n",
    ];

    public static void Bend(Draft draft, SeededRandom dice)
    {
        switch (dice.Between(0, 9))
        {
            case 0:
                var line = dice.Pick(NoHttp);
                draft.Bent = $"the header line {Bodies.Short(line.TrimEnd())}";
                draft.MayBeNoHttp = draft.IsLast = true;
                draft.OnWire = (head, body) =>
                    (line.StartsWith("Host", StringComparison.Ordinal) ? WithoutHost(head).Insert(FirstLine(head), line) : head.Insert(FirstLine(head), line), body);
                break;
            case 1:
                var many = dice.Pick([50, 99, 101, 200, 2000]);
                draft.Bent = $"{many} headers";
                draft.IsLast = true;
                draft.Headers.AddRange(Enumerable.Range(0, many).Select(number => (string.Create(CultureInfo.InvariantCulture, $"X-Many-{number}"), "1")));
                break;
            case 2:
                var length = dice.Pick([8_000, 16_000, 32_000, 33_000, 70_000]);
                draft.Bent = $"a header of {length} characters";
                draft.IsLast = true;
                draft.Headers.Add(("X-Long", new string('l', length)));
                break;
            case 3:
                draft.Bent = "a host of another name";
                draft.Headers.Add(("Host", dice.Pick([$"{Markers.Hostile}.example", "localhost:1", "127.0.0.1:65536", "EXAMPLE.", "xn--80ak6aa92e.example", $"{new string('h', 300)}.example"])));
                draft.MayBeNoHttp = true;
                break;
            default:
                var (name, values) = dice.Pick(Odd);
                var value = dice.Pick(values);
                draft.Headers.RemoveAll(header => header.Name == name);
                if (name is "Content-Type")
                    draft.ContentType = null;
                draft.Headers.Add((name, value));
                if (dice.Chance(0.15))
                    draft.Headers.Add((name, dice.Pick(values)));
                draft.Bent = $"{name}: {Bodies.Short(value)}";
                // An upgrade is an offer, and a body may be announced in a coding that only the server knows.
                draft.IsLast = name is "Connection" or "Upgrade" or "Expect";
                draft.MayBeNoHttp = name is "Upgrade" or "Expect";
                break;
        }
    }

    private static int FirstLine(string head) => head.IndexOf('\n', StringComparison.Ordinal) + 1;

    private static string WithoutHost(string head)
    {
        var at = head.IndexOf("Host: ", StringComparison.Ordinal);
        return head.Remove(at, head.IndexOf('\n', at) + 1 - at);
    }
}
