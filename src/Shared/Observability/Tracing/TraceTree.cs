using System.Diagnostics;
using System.Globalization;
using System.Text;
using Observability.Text;

namespace Observability.Tracing;

/// <summary>
/// Formats a trace as a text tree: spans below their parents, and below a sending span the traces of the events that it sent.
/// </summary>
public static class TraceTree
{
    /// <summary>The shortest prefix of a trace id that finds a trace: the digits that a line in a terminal shows.</summary>
    public const int ShortestId = 8;

    /// <param name="traceId">The trace id, or a prefix of at least <see cref="ShortestId"/> digits. Of several traces with the prefix the
    /// latest is meant.</param>
    /// <param name="spans">The known spans, the oldest first.</param>
    /// <returns>The tree; null when no span of that trace is known.</returns>
    public static string? Write(string traceId, IEnumerable<Activity> spans)
    {
        ArgumentNullException.ThrowIfNull(traceId);
        ArgumentNullException.ThrowIfNull(spans);
        var byTrace = spans.ToLookup(span => span.TraceId.ToHexString());
        var meant = byTrace.Contains(traceId) ? traceId
            : traceId.Length >= ShortestId ? byTrace.LastOrDefault(trace => trace.Key.StartsWith(traceId, StringComparison.Ordinal))?.Key
            : null;
        if (meant is null)
            return null;

        var text = new StringBuilder();
        HashSet<string> told = [];
        Queue<string> traces = new([meant]);
        while (traces.TryDequeue(out var next))
        {
            if (!told.Add(next))
                continue;
            WriteTrace(text, next, [.. byTrace[next].OrderBy(span => span.StartTimeUtc)]);
            // The link of a server span comes from an untrusted caller, who could write into the tree of any trace.
            var followers = byTrace.SelectMany(trace => trace)
                .Where(span => span.Kind is not ActivityKind.Server && span.Links.Any(link => link.Context.TraceId.ToHexString() == next));
            foreach (var follower in followers.OrderBy(span => span.StartTimeUtc))
                traces.Enqueue(follower.TraceId.ToHexString());
        }
        return text.ToString();
    }

    private static void WriteTrace(StringBuilder text, string traceId, IReadOnlyList<Activity> spans)
    {
        var known = spans.Select(span => span.SpanId).ToHashSet();
        var children = spans.ToLookup(span => span.ParentSpanId);
        text.Append(CultureInfo.InvariantCulture, $"trace {traceId}\n");
        // The parent may be the caller's, or not have ended yet.
        foreach (var root in spans.Where(span => !known.Contains(span.ParentSpanId)))
            WriteSpan(text, root, root.StartTimeUtc, children, depth: 1);
    }

    private static void WriteSpan(StringBuilder text, Activity span, DateTime start, ILookup<ActivitySpanId, Activity> children, int depth)
    {
        text.Append(' ', depth * 2).Append(CultureInfo.InvariantCulture,
            $"{VisibleText.Of(span.DisplayName)}  +{(span.StartTimeUtc - start).TotalMilliseconds:0.0} ms, took {span.Duration.TotalMilliseconds:0.0} ms");
        if (span.Status is ActivityStatusCode.Error)
            text.Append(", failed");
        foreach (var link in span.Links)
            text.Append(CultureInfo.InvariantCulture, $"{(span.Kind is ActivityKind.Server ? ", asked within trace" : ", sent by trace")} {link.Context.TraceId}");
        text.Append('\n');
        foreach (var (name, value) in span.TagObjects)
            text.Append(' ', (depth * 2) + 4).Append(CultureInfo.InvariantCulture, $"{VisibleText.Of(name)}: {VisibleText.Of(OnOneLine(value), TelemetryLimits.OwnText)}\n");

        foreach (var child in children[span.SpanId])
            WriteSpan(text, child, start, children, depth + 1);
    }

    private static string OnOneLine(object? value) => value is string[] many
        ? string.Join(", ", many)
        : string.Join(' ', (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
