using System.Text;
using System.Text.Json.Nodes;
using ECommerce.Fuzz.Wire;

namespace ECommerce.Fuzz.Requests;

/// <summary>A request in the making: right in all its parts at first, then bent in one of them.</summary>
internal sealed class Draft(Operation operation)
{
    /// <summary>Stands in a text for a byte that is no UTF-8.</summary>
    public const char BadByte = '\uE0FF';

    /// <summary>A string in a body that says this becomes <see cref="Raw"/>, without quotes.</summary>
    public const string RawHere = "@@raw@@";

    private static readonly byte[] BadByteEncoded = Encoding.UTF8.GetBytes([BadByte]);

    public Operation Operation { get; } = operation;

    public string Method { get; set; } = operation.Method;

    /// <summary>As they stand in the path, percent-encoded.</summary>
    public Dictionary<string, string> PathValues { get; } = [];

    /// <summary>As they stand in the query, percent-encoded; an empty name stands for the whole.</summary>
    public List<(string Name, string Value)> Query { get; } = [];

    public List<(string Name, string Value)> Headers { get; } = [];

    public string? Token { get; set; }

    /// <summary>Whose order or account it is.</summary>
    public Account? Owner { get; set; }

    public JsonNode? Body { get; set; }

    public string? Raw { get; set; }

    /// <summary>The body's text, in place of <see cref="Body"/>.</summary>
    public string? BodyText { get; set; }

    /// <summary>The body's bytes, in place of both.</summary>
    public byte[]? BodyBytes { get; set; }

    public string? ContentType { get; set; } = "application/json";

    /// <summary>The whole target, in place of path and query.</summary>
    public string? Target { get; set; }

    /// <summary>Changes the bytes of the request, head and body, at last.</summary>
    public Func<string, byte[], (string Head, byte[] Body)>? OnWire { get; set; }

    /// <summary>False when routing may find another operation, or none, or the request is refused before it is asked.</summary>
    public bool IsForOperation { get; set; } = true;

    /// <summary>The server may refuse it by itself, without a word of the shop.</summary>
    public bool MayBeNoHttp { get; set; }

    /// <summary>What comes behind it on the connection is not to be told from it.</summary>
    public bool IsLast { get; set; }

    public bool HalfClose { get; set; }

    /// <summary>To a listener of operators.</summary>
    public bool IsForOperators { get; set; }

    /// <summary>What was bent, in a word or two.</summary>
    public string Bent { get; set; } = "nothing";

    /// <summary>What is learned from a success; and what was taken for it and is given back by anything else.</summary>
    public Action<Answer>? OnSuccess { get; set; }

    public Action? OnRefusal { get; set; }

    /// <summary>Whether the body goes out as <see cref="Body"/> says.</summary>
    public bool HasItsBody => Raw is null && BodyText is null && BodyBytes is null && OnWire is null;

    public string TargetText => Target ?? PathText + QueryText;

    public string PathText => PathValues.Aggregate(Operation.Path, (path, value) => path.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));

    private string QueryText => Query.Count == 0 ? "" : "?" + string.Join('&', Query.Select(pair => pair.Name.Length == 0 ? pair.Value : $"{pair.Name}={pair.Value}"));

    /// <summary>The request as it goes out.</summary>
    /// <param name="host">What the header Host says.</param>
    public byte[] Write(string host)
    {
        var body = BodyBytes ?? (BodyText ?? Body?.ToJsonString(Texts.Json)?.Replace($"\"{RawHere}\"", Raw, StringComparison.Ordinal)) switch
        {
            null => [],
            string text => Bytes(text),
        };
        var head = new StringBuilder().Append(Method).Append(' ').Append(TargetText).Append(" HTTP/1.1\r\n");
        if (!Headers.Exists(header => header.Name is "Host"))
            head.Append("Host: ").Append(host).Append("\r\n");
        if (Token is not null)
            head.Append("Authorization: Bearer ").Append(Token).Append("\r\n");
        if (body.Length > 0 || BodyText is not null)
        {
            if (ContentType is not null)
                head.Append("Content-Type: ").Append(ContentType).Append("\r\n");
        }

        if (body.Length > 0 || Method is "POST" or "PUT" or "PATCH")
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        foreach (var (name, value) in Headers)
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        head.Append("\r\n");
        var (headText, bodyBytes) = OnWire is null ? (head.ToString(), body) : OnWire(head.ToString(), body);
        MayBeNoHttp |= ServerLimits.AreBroken(headText);
        return [.. Bytes(headText), .. bodyBytes];
    }

    private static byte[] Bytes(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (!text.Contains(BadByte, StringComparison.Ordinal))
            return bytes;
        var bent = new List<byte>(bytes.Length);
        for (var at = 0; at < bytes.Length; at++)
        {
            var isBad = bytes.AsSpan(at).StartsWith(BadByteEncoded);
            bent.Add(isBad ? (byte)0xFF : bytes[at]);
            at += isBad ? BadByteEncoded.Length - 1 : 0;
        }

        return [.. bent];
    }
}
