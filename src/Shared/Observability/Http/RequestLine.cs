using System.Collections;
using System.Globalization;
using System.Text.Json;
using Observability.Logging;

namespace Observability.Http;

/// <summary>The completion line of a request.</summary>
internal sealed class RequestLine(RouteLabels route, string method, int status, double durationMs, long requestBytes, long responseBytes) : ILogLine
{
    public static readonly LogLineDescriptor Kind = new(new(1, "request.completed"), "information", "{Method} {Path} answered {Status} in {DurationMs} ms",
        ["method", "path", "status", "durationMs", "requestBytes", "responseBytes", "module", "service"]);

    public static readonly Func<RequestLine, Exception?, string> Text = static (line, _) => line.ToString();

    public LogLineDescriptor Shape => Kind;

    public int Count => 9;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Method", method),
        1 => new("Path", route.Path),
        2 => new("Status", status),
        3 => new("DurationMs", durationMs),
        4 => new("RequestBytes", requestBytes),
        5 => new("ResponseBytes", responseBytes),
        6 => new("Module", route.Module),
        7 => new("Service", route.Service),
        8 => new("{OriginalFormat}", Kind.Template),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public void WriteProperties(Utf8JsonWriter json)
    {
        json.WriteString("method"u8, method);
        json.WriteString("path"u8, route.Path);
        json.WriteNumber("status"u8, status);
        json.WriteNumber("durationMs"u8, durationMs);
        json.WriteNumber("requestBytes"u8, requestBytes);
        json.WriteNumber("responseBytes"u8, responseBytes);
        json.WriteString("module"u8, route.Module);
        json.WriteString("service"u8, route.Service);
    }

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        destination.TryWrite(CultureInfo.InvariantCulture, $"{method} {route.Path} answered {status} in {durationMs} ms", out charsWritten);

    public string ToString(string? format, IFormatProvider? formatProvider) =>
        string.Create(CultureInfo.InvariantCulture, $"{method} {route.Path} answered {status} in {durationMs} ms");

    public override string ToString() => ToString(null, null);

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
