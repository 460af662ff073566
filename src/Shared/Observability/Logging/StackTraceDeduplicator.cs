using System.Diagnostics;
using Observability.Text;

namespace Observability.Logging;

/// <summary>The part of a log line about an exception's stack trace.</summary>
/// <param name="Stack">The whole exception as text, when it is to be written.</param>
/// <param name="Repetitions">The number of lines that left the stack trace out since it was written, this one included.</param>
internal readonly record struct LoggedStackTrace(string? Stack, long Repetitions);

/// <summary>
/// Deduplicates stack traces: each distinct one is written once per interval. In between, lines carry the exception's type and message and
/// a count, so that a failure that a caller can repeat does not fill the log. The table is bounded; stack traces beyond its bound share one
/// entry.
/// </summary>
internal sealed class StackTraceDeduplicator(TimeSpan interval)
{
    private const int MostKnown = 256;
    private const int MostInner = 8;
    private const int Overflow = 0;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Entry> _known = [];

    public LoggedStackTrace Of(Exception exception)
    {
        var key = KeyOf(exception);
        lock (_gate)
        {
            if (!_known.TryGetValue(key, out var entry) && _known.Count >= MostKnown)
            {
                Forget();
                key = _known.Count >= MostKnown ? Overflow : key;
                _known.TryGetValue(key, out entry);
            }

            if (entry is not null && Stopwatch.GetElapsedTime(entry.ToldAt) < interval)
                return new(null, ++entry.Repetitions);
            _known[key] = new() { ToldAt = Stopwatch.GetTimestamp() };
            return new(TelemetryLimits.Cut(exception.ToString(), TelemetryLimits.OwnText), entry?.Repetitions ?? 0);
        }
    }

    private void Forget()
    {
        foreach (var (key, entry) in _known)
        {
            if (Stopwatch.GetElapsedTime(entry.ToldAt) >= interval)
                _known.Remove(key);
        }
    }

    // Without the message, which may differ for each exception.
    private static int KeyOf(Exception exception)
    {
        var key = new HashCode();
        var depth = 0;
        for (var one = exception; one is not null && depth < MostInner; one = one.InnerException, depth++)
        {
            key.Add(one.GetType());
            key.Add(one.StackTrace, StringComparer.Ordinal);
        }
        return key.ToHashCode();
    }

    private sealed class Entry
    {
        public required long ToldAt { get; init; }
        public long Repetitions { get; set; }
    }
}
