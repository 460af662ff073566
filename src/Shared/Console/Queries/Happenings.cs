using System.Text;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Settings;

namespace Observability.Console.Queries;

/// <summary>Something that happened to the host, to be marked on the axis of time.</summary>
/// <param name="Time">In Unix milliseconds.</param>
/// <param name="Word">The short word of <see cref="ConsoleSettings.Happenings"/>.</param>
/// <param name="Event">The name of the event.</param>
/// <param name="Text">The message of the log record.</param>
/// <param name="Level">The level in words.</param>
/// <param name="Trace">The trace, or the default.</param>
internal sealed record Happening(long Time, string Word, string Event, string Text, string Level, TraceKey Trace);

/// <summary>
/// What happened to the host: log records with the event names of <see cref="ConsoleSettings.Happenings"/>. The latest are kept, also when the
/// store has evicted their records.
/// </summary>
internal sealed class Happenings(Recorder recorder, ConsoleSettings console, ObservabilitySettings settings)
{
    private const int Most = 1000;
    private const int LongestText = 300;

    private readonly (byte[] Event, string Word)[] _words = [.. console.Happenings.Select(one => (Encoding.UTF8.GetBytes(one.Key), one.Value))];
    private readonly Lock _lock = new();
    private long _next;

    private Happening[] _known =
    [
        new(recorder.Logs.StartedAt / TimeSpan.TicksPerMillisecond, "start", "console.started", $"Started with version {settings.Build.Version}", "info", default),
    ];

    /// <summary>The happenings of a time in Unix milliseconds, both ends included, in their order.</summary>
    public IReadOnlyList<Happening> Read(long from, long to)
    {
        // Each record is looked at once, by whoever asks first.
        lock (_lock)
            ReadNew();
        return [.. _known.Where(one => one.Time >= from && one.Time <= to)];
    }

    private void ReadNew()
    {
        using var view = recorder.Logs.Read();
        List<Happening> found = [];
        foreach (var segment in view.Segments)
        {
            var first = segment.Segment.FirstSequence;
            for (var i = (int)Math.Max(0, _next - first); i < segment.Count; i++)
            {
                if (Of(segment[i]) is { } happening)
                    found.Add(happening);
            }
            _next = Math.Max(_next, first + segment.Count);
        }
        // Lines of several threads are not quite in the order of time.
        if (found.Count > 0)
            _known = [.. _known.Concat(found).OrderBy(one => one.Time).TakeLast(Most)];
    }

    private Happening? Of(RecordReader reader)
    {
        var record = new LogRecord(reader);
        if (record.Event.IsEmpty)
            return null;
        foreach (var (name, word) in _words)
        {
            if (!record.Event.SequenceEqual(name))
                continue;
            var text = Encoding.UTF8.GetString(record.Body);
            return new(record.Time / TimeSpan.TicksPerMillisecond, word, Encoding.UTF8.GetString(name),
                text.Length > LongestText ? text[..LongestText] + "…" : text, LogRecord.LevelOf(record.Severity), record.Trace);
        }
        return null;
    }
}
