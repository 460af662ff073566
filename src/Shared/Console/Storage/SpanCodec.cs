using System.Diagnostics;
using Observability.Settings;

namespace Observability.Console.Storage;

/// <summary>
/// Encodes an ended span. An exception event keeps its type and not its message, which may quote values of the database; the log record of
/// the exception has what the operators may see.
/// </summary>
internal sealed class SpanCodec(ObservabilitySettings settings, string moduleAttribute) : IRecordCodec<Activity>
{
    private const int LongestName = 256;
    private const int LongestTraceState = 512;
    private const int DeepestNesting = 64;
    private const int MostSources = 256;

    private readonly Dictionary<string, string?> _modules = new(StringComparer.Ordinal);

    public RecordTime Encode(Activity item, RecordWriter writer)
    {
        var start = item.StartTimeUtc.Ticks - DateTime.UnixEpoch.Ticks;
        var ids = writer.Raw(SpanRecord.IdBytes);
        if (ids.IsEmpty)
            return default;
        // An id is copied into a place of exactly its size.
        item.TraceId.CopyTo(ids[..16]);
        item.SpanId.CopyTo(ids[16..24]);
        item.ParentSpanId.CopyTo(ids[24..]);
        var trace = TraceKey.Read(ids);
        writer.Int64(start);
        writer.Varint((ulong)Math.Max(0, item.Duration.Ticks));
        writer.Byte((byte)((int)item.Kind | ((int)item.Status << SpanRecord.StatusShift)));
        writer.Text(item.DisplayName, LongestName);
        writer.Text(item.Source.Name, LongestName);
        writer.Text(item.StatusDescription, LongestName);
        writer.Text(item.TraceStateString, LongestTraceState);
        WriteAttributes(item, writer);
        WriteEvents(item, start, writer);
        WriteLinks(item, writer);
        return new(trace, start, start + item.Duration.Ticks);
    }

    // A root without a route is work of the host's own, such as a periodic job: it belongs to the module of its source.
    private string? ModuleOf(string source)
    {
        if (_modules.TryGetValue(source, out var module))
            return module;
        module = settings.OwnerOfCategory(source)?.Module;
        if (_modules.Count < MostSources)
            _modules.Add(source, module);
        return module;
    }

    private void WriteAttributes(Activity span, RecordWriter writer)
    {
        var (count, isOwned, route) = (0, false, (string?)null);
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            count++;
            isOwned |= tag.Key == moduleAttribute;
            if (tag.Key == "http.route")
                route = tag.Value as string;
        }
        var module = isOwned ? null
            : route is not null ? settings.OwnerOfRoute(route)?.Module
            : ModuleAbove(span);

        var kept = Math.Min(count, AttributeCodec.MostAttributes);
        writer.Varint((ulong)(kept + (module is null ? 0 : 1)));
        writer.Varint((ulong)(count - kept));
        foreach (ref readonly var tag in span.EnumerateTagObjects())
        {
            if (kept-- <= 0)
                break;
            writer.Write(tag.Key, tag.Value);
        }
        // Tags that were removed meanwhile.
        for (; kept > 0; kept--)
            writer.Write("", null);
        if (module is not null)
            writer.Write(moduleAttribute, module);
    }

    // A statement belongs to the module that sends it, whose span is above: so that a filter by module finds the statement, too. A root
    // without a route belongs to the module of its source.
    private string? ModuleAbove(Activity span)
    {
        var top = span;
        for (var depth = 0; top.Parent is { } above && depth < DeepestNesting; depth++, top = above)
        {
            if (above.GetTagItem(moduleAttribute) is string module)
                return module;
        }
        return top.GetTagItem("http.route") is string route ? settings.OwnerOfRoute(route)?.Module
            : top.ParentSpanId == default ? ModuleOf(top.Source.Name)
            : null;
    }

    private static void WriteEvents(Activity span, long start, RecordWriter writer)
    {
        var left = Count(span.EnumerateEvents());
        writer.Varint((ulong)left);
        foreach (ref readonly var one in span.EnumerateEvents())
        {
            if (left-- <= 0)
                break;
            writer.Signed(one.Timestamp.UtcTicks - DateTime.UnixEpoch.Ticks - start);
            writer.Text(one.Name, LongestName);
            var hidesMessage = one.Name == "exception";
            var count = 0;
            foreach (ref readonly var tag in one.EnumerateTagObjects())
                count += IsKept(tag.Key, hidesMessage) ? 1 : 0;
            count = Math.Min(count, AttributeCodec.MostAttributes);
            writer.Varint((ulong)count);
            foreach (ref readonly var tag in one.EnumerateTagObjects())
            {
                if (IsKept(tag.Key, hidesMessage) && count-- > 0)
                    writer.Write(tag.Key, tag.Value);
            }
        }
    }

    private static bool IsKept(string key, bool hidesMessage) => !hidesMessage || key == "exception.type";

    private static void WriteLinks(Activity span, RecordWriter writer)
    {
        var left = Count(span.EnumerateLinks());
        writer.Varint((ulong)left);
        foreach (ref readonly var link in span.EnumerateLinks())
        {
            if (left-- <= 0)
                break;
            var ids = writer.Raw(SpanRecord.LinkBytes);
            if (ids.IsEmpty)
                return;
            link.Context.TraceId.CopyTo(ids[..16]);
            link.Context.SpanId.CopyTo(ids[16..]);
            var count = 0;
            foreach (ref readonly var unused in link.EnumerateTagObjects())
                count++;
            count = Math.Min(count, AttributeCodec.MostAttributes);
            writer.Varint((ulong)count);
            foreach (ref readonly var tag in link.EnumerateTagObjects())
            {
                if (count-- > 0)
                    writer.Write(tag.Key, tag.Value);
            }
        }
    }

    private static int Count<T>(Activity.Enumerator<T> items)
    {
        var count = 0;
        while (count < AttributeCodec.MostAttributes && items.MoveNext())
            count++;
        return count;
    }
}
