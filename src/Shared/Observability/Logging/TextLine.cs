using System.Buffers;
using System.Globalization;
using System.Text;
using Serilog.Core;
using Serilog.Events;

namespace ECommerce.Observability.Logging;

/// <summary>One line for eyes: time, level in its colour, category, message; an exception below it.</summary>
internal sealed class TextLine : ILineFormat
{
    public void Write(LogEvent entry, IBufferWriter<byte> line)
    {
        Span<byte> time = stackalloc byte[12];
        entry.Timestamp.LocalDateTime.TryFormat(time, out _, "HH:mm:ss.fff", CultureInfo.InvariantCulture);
        line.Write(time);
        line.Write(Colour(entry.Level));
        line.Write(JsonLine.Level(entry.Level));
        line.Write("\e[0m \e[2m"u8);
        WriteHarmless(JsonLine.Text(entry, Constants.SourceContextPropertyName), line);
        line.Write("\e[0m "u8);
        WriteHarmless(MessageText.Render(entry), line);
        line.Write("\n"u8);

        if (entry.Exception is { } exception)
        {
            foreach (var text in exception.ToString().AsSpan().EnumerateLines())
            {
                line.Write("    "u8);
                WriteHarmless(text, line);
                line.Write("\n"u8);
            }
        }
    }

    private static ReadOnlySpan<byte> Colour(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => " \e[90m"u8,
        LogEventLevel.Information => " \e[32m"u8,
        LogEventLevel.Warning => " \e[33m"u8,
        _ => " \e[31m"u8,
    };

    // What a caller sends must not move the cursor, change colours or start a line of its own.
    private static void WriteHarmless(ReadOnlySpan<char> text, IBufferWriter<byte> line)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            var shown = Rune.IsControl(rune) ? Rune.ReplacementChar : rune;
            line.Advance(shown.EncodeToUtf8(line.GetSpan(4)));
        }
    }
}
