using System.Text;

namespace ECommerce.Fuzz.Requests;

/// <summary>
/// What Kestrel refuses while it reads the request line and the headers, before there is a request that the shop could answer: with a bare
/// status and the end of the connection.
/// </summary>
internal static class ServerLimits
{
    // The defaults of Connections__RequestLineBytes, Connections__HeaderBytes and Connections__Headers.
    private const int LongestRequestLine = 8 * 1024;
    private const int LongestHeaders = 32 * 1024;
    private const int MostHeaders = 100;

    public static bool AreBroken(string head)
    {
        var line = head.IndexOf('\n', StringComparison.Ordinal) + 1;
        return Encoding.UTF8.GetByteCount(head.AsSpan(0, line)) > LongestRequestLine
            || Encoding.UTF8.GetByteCount(head.AsSpan(line)) > LongestHeaders
            || head.AsSpan(line).Count('\n') - 1 > MostHeaders
            || HasNoPath(head[..line]);
    }

    // A target without a slash at its beginning, and NUL in a path, plain or escaped. A query is not decoded there, and may say what it likes.
    private static bool HasNoPath(string line)
    {
        var path = line.Split(' ') is [_, var target, ..] ? target.Split('?')[0] : "";
        return !path.StartsWith('/') || path.Contains("%00", StringComparison.Ordinal) || path.Contains('\0', StringComparison.Ordinal);
    }
}
