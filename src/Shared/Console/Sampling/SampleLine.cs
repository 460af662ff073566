using System.Globalization;
using System.Text;

namespace Observability.Console.Sampling;

/// <summary>Reads a sample's line of Prometheus' text format and of OpenMetrics: <c>name{label="value"} 7 # {trace_id="…"} 0.2 1700000000.1</c>.</summary>
internal static class SampleLine
{
    /// <summary>The most digits of a number that a double holds exactly.</summary>
    private const int ExactDigits = 15;

    /// <summary>The length of the name and labels; 0 when the line is no sample.</summary>
    public static int KeyLength(ReadOnlySpan<byte> line)
    {
        var name = line.IndexOfAny((byte)'{', (byte)' ');
        if (name <= 0)
            return 0;
        if (line[name] == ' ')
            return name;
        var isQuoted = false;
        for (var i = name + 1; i < line.Length; i++)
        {
            if (line[i] == '\\')
                i++;
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == '}' && !isQuoted)
                return i + 1 < line.Length && line[i + 1] == ' ' ? i + 1 : 0;
        }
        return 0;
    }

    /// <summary>Reads the value, and what follows it: a timestamp, an exemplar.</summary>
    /// <param name="rest">The line behind the space after the labels.</param>
    /// <param name="value">The value.</param>
    /// <param name="tail">The text behind the value.</param>
    public static bool TryReadValue(ReadOnlySpan<byte> rest, out double value, out ReadOnlySpan<byte> tail)
    {
        var end = rest.IndexOf((byte)' ');
        var text = end < 0 ? rest : rest[..end];
        tail = end < 0 ? default : rest[(end + 1)..];
        return TryReadWhole(text, out value) || TryReadAny(text, out value);
    }

    public static string NameOf(ReadOnlySpan<byte> key)
    {
        var end = key.IndexOf((byte)'{');
        return Encoding.UTF8.GetString(end < 0 ? key : key[..end]);
    }

    /// <summary>The labels of a key in the order of their names; null when they are malformed.</summary>
    public static KeyValuePair<string, string>[]? LabelsOf(ReadOnlySpan<byte> key, Func<string, string> intern)
    {
        List<KeyValuePair<string, string>> labels = [];
        var start = key.IndexOf((byte)'{');
        var rest = start < 0 ? default : key[(start + 1)..^1];
        while (!rest.IsEmpty)
        {
            var equals = rest.IndexOf("=\""u8);
            if (equals <= 0)
                return null;
            var name = Encoding.UTF8.GetString(rest[..equals]).Trim();
            rest = rest[(equals + 2)..];
            var end = 0;
            while (end < rest.Length && rest[end] != '"')
                end += rest[end] == '\\' ? 2 : 1;
            if (end >= rest.Length)
                return null;
            labels.Add(new(intern(name), intern(Unescape(rest[..end]))));
            rest = rest[(end + 1)..];
            if (!rest.IsEmpty && rest[0] == ',')
                rest = rest[1..];
            else if (!rest.IsEmpty)
                return null;
        }
        labels.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        return [.. labels];
    }

    /// <summary>A text whose backslash, line feed and quote are written with a backslash.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        var read = Encoding.UTF8.GetString(text);
        if (!read.Contains('\\', StringComparison.Ordinal))
            return read;
        var plain = new StringBuilder(read.Length);
        for (var i = 0; i < read.Length; i++)
        {
            if (read[i] != '\\' || i + 1 == read.Length)
                plain.Append(read[i]);
            else
                plain.Append(read[++i] == 'n' ? '\n' : read[i]);
        }
        return plain.ToString();
    }

    // Nearly all values are whole numbers, written 7 or 7.0.
    private static bool TryReadWhole(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.EndsWith(".0"u8))
            text = text[..^2];
        if (text.IsEmpty || text.Length > ExactDigits)
            return false;
        var sum = 0L;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            sum = (sum * 10) + (digit - '0');
        }
        value = sum;
        return true;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, out double value)
    {
        value = text.SequenceEqual("+Inf"u8) ? double.PositiveInfinity : text.SequenceEqual("-Inf"u8) ? double.NegativeInfinity : double.NaN;
        return double.IsInfinity(value) || text.SequenceEqual("NaN"u8)
            || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
