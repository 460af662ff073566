using System.Diagnostics;

namespace Observability.Tracing;

/// <summary>Estimates the size of an ended span in memory, from measured sizes of its parts on a 64-bit runtime.</summary>
internal static class SpanSize
{
    private const int Span = 500;
    private const int Tag = 72;
    private const int Text = 22;
    private const int Event = 160;
    private const int Link = 160;

    public static int Of(Activity span)
    {
        var bytes = Span + TextOf(span.DisplayName) + TextOf(span.TraceStateString) + TextOf(span.StatusDescription);
        foreach (ref readonly var tag in span.EnumerateTagObjects())
            bytes += TagOf(tag.Value);
        foreach (ref readonly var one in span.EnumerateEvents())
        {
            bytes += Event + TextOf(one.Name);
            foreach (ref readonly var tag in one.EnumerateTagObjects())
                bytes += TagOf(tag.Value);
        }
        foreach (ref readonly var link in span.EnumerateLinks())
            bytes += Link + TextOf(link.Context.TraceState);
        foreach (var item in span.Baggage)
            bytes += Tag + TextOf(item.Key) + TextOf(item.Value);
        return bytes;
    }

    private static int TagOf(object? value) => Tag + value switch
    {
        string text => TextOf(text),
        string[] texts => texts.Sum(TextOf),
        _ => Text,
    };

    private static int TextOf(string? text) => text is null ? 0 : Text + (text.Length * sizeof(char));
}
