using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>What no client library would send: lengths that lie, chunks that are none, request lines of another age (RFC 9112).</summary>
internal static partial class WireOddities
{
    public static void Bend(Draft draft, SeededRandom dice)
    {
        draft.IsLast = true;
        draft.MayBeNoHttp = true;
        draft.IsForOperation = false;
        if (dice.Chance(0.5))
            BendFraming(draft, dice);
        else
            BendRequestLine(draft, dice);
    }

    private static void BendFraming(Draft draft, SeededRandom dice)
    {
        var chunks = dice.Pick(["{size}\r\n{body}\r\n0\r\n\r\n", "{size};ext=\"zqx7h\"\r\n{body}\r\n0\r\n\r\n", "{size}\r\n{body}\r\n0\r\nX-Trailer: zqx7h\r\n\r\n", "1\r\n{first}\r\n{rest}\r\n{tail}\r\n0\r\n\r\n"]);
        var broken = dice.Pick(["zz\r\n{body}\r\n0\r\n\r\n", "-1\r\n{body}\r\n0\r\n\r\n", "ffffffffffffffffff\r\n{body}\r\n", "{size}\r\n{body}", "{size}\r\n{body}X\r\n0\r\n\r\n", "", "0\r\n", "\r\n\r\n", "{size}\n{body}\n0\n\n"]);
        (string, Func<string, byte[], (string, byte[])>) kind = dice.Between(0, 9) switch
        {
            0 => ("a length too short", (head, body) => (Length(head, Math.Max(0, body.Length - 3).ToString(CultureInfo.InvariantCulture)), body)),
            1 => ("a length too long, and hung up", (head, body) => (Length(head, (body.Length + 10).ToString(CultureInfo.InvariantCulture)), body)),
            2 => ("a length that is none", (head, body) => (Length(head, dice.Pick(["-1", "abc", "1e3", "99999999999999999999", "0x10", "", "1, 1", "+5"])), body)),
            3 => ("two lengths", (head, body) => (head.Insert(Headers(head), "Content-Length: 1\r\n"), body)),
            4 => ("a length and chunks", (head, body) => (head.Insert(Headers(head), "Transfer-Encoding: chunked\r\n"), Chunked(chunks, body))),
            5 or 6 => ("chunks", (head, body) => (Length(head, null).Insert(Headers(head), "Transfer-Encoding: chunked\r\n"), Chunked(chunks, body))),
            7 => ("chunks that are none, and hung up", (head, body) => (Length(head, null).Insert(Headers(head), "Transfer-Encoding: chunked\r\n"), Chunked(broken, body))),
            8 => ("a coding that is none", (head, body) => (Length(head, null).Insert(Headers(head), $"Transfer-Encoding: {dice.Pick(["gzip", "identity", "chunked, chunked", Markers.Hostile, "chunked;q=1", ""])}\r\n"), body)),
            _ => ("a body where none belongs", (head, body) => (Length(head, "5"), "{\"a\"}"u8.ToArray())),
        };
        (draft.Bent, var wire) = kind;
        draft.HalfClose = draft.Bent.Contains("hung up", StringComparison.Ordinal);
        draft.OnWire = (head, body) => wire(Closing(head), body);
    }

    private static void BendRequestLine(Draft draft, SeededRandom dice)
    {
        var line = dice.Pick(
        [
            "{method} {target} HTTP/1.0\r\n", "{method} {target} HTTP/9.9\r\n", "{method} {target} HTTP/2\r\n", "{method} {target}\r\n", "{method} {target} http/1.1\r\n", "{method} {target} HTTP/1.1 \r\n",
            "{method}  {target} HTTP/1.1\r\n", "{method}\t{target}\tHTTP/1.1\r\n", "{method} {target} {target} HTTP/1.1\r\n", "{method} {target} HTTP/1.1\n", "\r\n{method} {target} HTTP/1.1\r\n",
            " {method} {target} HTTP/1.1\r\n", "{method} http://{host}{target} HTTP/1.1\r\n", "{method} http://zqx7h.example{target} HTTP/1.1\r\n", "{method} ftp://x{target} HTTP/1.1\r\n", "OPTIONS * HTTP/1.1\r\n",
            "{method} * HTTP/1.1\r\n", "CONNECT {host} HTTP/1.1\r\n", "{method} {host} HTTP/1.1\r\n", "{method} zqx7h HTTP/1.1\r\n", "{method} /\u00E9/zqx7h HTTP/1.1\r\n", "{method} {target}\0 HTTP/1.1\r\n",
            "{method} {target}{long} HTTP/1.1\r\n", "GET\r\n", "\0\0\0\0\r\n", "G\u00C9T {target} HTTP/1.1\r\n", "{method} {target} HTTP/1.1\r\nHost: zqx7h\r\n", "{method}{method} {target} HTTP/1.1\r\n", "\u0016\u0003\u0001\u0002\r\n",
            "(){}[] {target} HTTP/1.1\r\n", "{method} {target} HTTP/1.1\r\nTransfer-Encoding : chunked\r\n",
        ]);
        var target = draft.TargetText;
        draft.Bent = $"the request line {Bodies.Short(line.TrimEnd())}";
        draft.OnWire = (head, body) =>
        {
            var host = Regex.Match(head, "Host: ([^\r]*)").Groups[1].Value;
            var made = line.Replace("{method}", draft.Method, StringComparison.Ordinal).Replace("{target}", target, StringComparison.Ordinal)
                .Replace("{host}", host, StringComparison.Ordinal).Replace("{long}", new string('p', 9000), StringComparison.Ordinal);
            return (Closing(made + head[Headers(head)..]), body);
        };
    }

    private static string Closing(string head) => head.Insert(head.Length - 2, "Connection: close\r\n");

    private static int Headers(string head) => head.IndexOf('\n', StringComparison.Ordinal) + 1;

    private static string Length(string head, string? length)
    {
        var without = ContentLength().Replace(head, "");
        return length is null ? without : without.Insert(Headers(without), $"Content-Length: {length}\r\n");
    }

    private static byte[] Chunked(string pattern, byte[] body)
    {
        var text = Encoding.Latin1.GetString(body);
        var (first, tail) = text.Length > 0 ? (text[..1], text[1..]) : ("x", "");
        return Encoding.Latin1.GetBytes(pattern
            .Replace("{size}", body.Length.ToString("x", CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{first}", first, StringComparison.Ordinal)
            .Replace("{rest}", tail.Length.ToString("x", CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("{tail}", tail, StringComparison.Ordinal)
            .Replace("{body}", text, StringComparison.Ordinal));
    }

    [GeneratedRegex("Content-Length: [^\r]*\r\n")]
    private static partial Regex ContentLength();
}
