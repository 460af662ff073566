using System.Buffers;

namespace Observability.Metrics;

/// <summary>
/// Corrects the counts of histograms on an exposition page. prometheus-net reads a histogram's count before its buckets while other threads
/// observe, so that the two can differ; OpenMetrics requires the count to equal the last bucket (docs/adr/0018).
/// </summary>
internal static class HistogramCounts
{
    private static ReadOnlySpan<byte> LastBucket => "le=\"+Inf\"} "u8;

    /// <summary>Copies the page with each histogram's count replaced by the value of its bucket <c>+Inf</c>.</summary>
    public static void Mend(ReadOnlySpan<byte> page, IBufferWriter<byte> output)
    {
        // Counts and last buckets come in the same order, one of each per histogram series.
        var buckets = page;
        var isHistogram = false;
        while (NextLine(ref page, out var line))
        {
            if (line.StartsWith("# TYPE "u8))
                isHistogram = line.TrimEnd((byte)'\n').EndsWith(" histogram"u8);

            if (isHistogram && IsCount(line))
            {
                output.Write(line[..(line.LastIndexOf((byte)' ') + 1)]);
                output.Write(NextLastBucket(ref buckets));
                output.Write("\n"u8);
            }
            else
            {
                output.Write(line);
            }
        }
    }

    private static bool NextLine(ref ReadOnlySpan<byte> page, out ReadOnlySpan<byte> line)
    {
        var end = page.IndexOf((byte)'\n') + 1;
        line = end == 0 ? page : page[..end];
        page = page[line.Length..];
        return !line.IsEmpty;
    }

    private static bool IsCount(ReadOnlySpan<byte> line)
    {
        var name = line[..Math.Max(0, line.IndexOfAny((byte)'{', (byte)' '))];
        return name.EndsWith("_count"u8) && line[0] != '#';
    }

    private static ReadOnlySpan<byte> NextLastBucket(ref ReadOnlySpan<byte> page)
    {
        var start = page.IndexOf(LastBucket) + LastBucket.Length;
        var length = page[start..].IndexOfAny((byte)' ', (byte)'\n');
        var value = page.Slice(start, length);
        page = page[(start + length)..];
        return value;
    }
}
