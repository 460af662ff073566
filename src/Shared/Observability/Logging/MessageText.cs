using System.Buffers;
using System.Globalization;
using Serilog.Events;
using Serilog.Parsing;

namespace Observability.Logging;

/// <summary>Renders a message template into a buffer per thread, without allocating a string.</summary>
internal static class MessageText
{
    private const int ShortText = 64;
    private const int LargeText = 32 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<char>? Reused;

    /// <summary>Renders the event. The result is valid until the same thread renders the next one.</summary>
    public static ReadOnlySpan<char> Render(LogEvent entry)
    {
        if (Reused is null || Reused.Capacity > LargeText)
            Reused = new(256);
        var text = Reused;
        text.ResetWrittenCount();

        foreach (var token in entry.MessageTemplate.OwnTokens())
        {
            if (token is PropertyToken hole)
                Fill(hole, entry, text);
            else if (token is TextToken { Text: var literal })
                text.Write(literal);
        }
        return text.WrittenSpan;
    }

    private static void Fill(PropertyToken hole, LogEvent entry, ArrayBufferWriter<char> text)
    {
        if (!entry.Properties.TryGetValue(hole.PropertyName, out var value))
            text.Write(hole.ToString());
        else if (value is ScalarValue { Value: string or null } scalar)
            text.Write((string?)scalar.Value ?? "null");
        else if (value is ScalarValue { Value: ISpanFormattable formattable })
            Format(formattable, hole.Format, text);
        else
            text.Write(value.ToString(hole.Format, CultureInfo.InvariantCulture));
    }

    private static void Format(ISpanFormattable value, string? format, ArrayBufferWriter<char> text)
    {
        if (value.TryFormat(text.GetSpan(ShortText), out var length, format, CultureInfo.InvariantCulture))
            text.Advance(length);
        else
            text.Write(value.ToString(format, CultureInfo.InvariantCulture));
    }
}
