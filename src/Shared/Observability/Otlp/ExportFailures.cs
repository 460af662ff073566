using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Observability.Text;

namespace Observability.Otlp;

/// <summary>
/// Logs why exports fail: the first failure of a signal at once, then one line per <see cref="Interval"/> with the losses of that time. The
/// exporter reports its reasons to an EventSource only, on the exporting thread.
/// </summary>
internal sealed partial class ExportFailures(TimeProvider clock) : EventListener
{
    /// <summary>The interval between two lines about one signal.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Metrics = "metrics";

    [ThreadStatic]
    private static string? Reason;

    [ThreadStatic]
    private static bool IsCounted;

    private readonly Dictionary<string, Told> _told = new(StringComparer.Ordinal);

    private ILogger? _log;

    /// <summary>Starts to log failures. The logger comes late, because the logger factory creates the exporter of log records.</summary>
    public void LogTo(ILogger log) => _log = log;

    /// <summary>Must be called on the exporting thread before an export.</summary>
    public static void Begin() => (Reason, IsCounted) = (null, true);

    /// <summary>Reports a failed attempt on this thread that is followed by a retry.</summary>
    /// <param name="signal">Traces or logs.</param>
    public void TriedInVain(string signal) => Tell(signal, 0, Reason);

    /// <summary>Reports the end of the export on this thread.</summary>
    /// <param name="signal">Traces or logs.</param>
    /// <param name="lost">The number of spans or log records that the collector did not take.</param>
    public void End(string signal, int lost)
    {
        IsCounted = false;
        if (lost > 0)
            Tell(signal, lost, Reason);
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        ArgumentNullException.ThrowIfNull(eventSource);
        if (eventSource.Name == Exporter)
            EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        ArgumentNullException.ThrowIfNull(eventData);
        if (eventData.Level > EventLevel.Warning)
            return;
        Reason = ReasonOf(eventData);
        // Exports of metrics have no processor of ours that reports them.
        if (!IsCounted)
            Tell(Metrics, 1, Reason);
    }

    private void Tell(string signal, int lost, string? reason)
    {
        int since;
        lock (_told)
        {
            var told = _told.TryGetValue(signal, out var known) ? known : _told[signal] = new();
            told.Lost += lost;
            if (_log is null || (told.At is { } at && clock.GetElapsedTime(at) < Interval))
                return;
            (told.At, since, told.Lost) = (clock.GetTimestamp(), told.Lost, 0);
        }

        Failed(_log, signal, since, reason ?? "the exporter gave no reason");
    }

    // An exception arrives as its whole text. Its first line is the reason; the stack is always the exporter's.
    private static string ReasonOf(EventWrittenEventArgs told)
    {
        object[] payload = [.. (told.Payload ?? []).Select(object (one) => FirstLine(Convert.ToString(one, CultureInfo.InvariantCulture) ?? ""))];
        var text = told.Message is { } message ? string.Format(CultureInfo.InvariantCulture, message, payload) : string.Join(' ', payload);
        return TelemetryLimits.Cut(text, TelemetryLimits.Message);
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? text[..end] : text;

    [LoggerMessage(60, LogLevel.Warning, "Exporting {Signal} failed, {Lost} were lost since the last such line: {Reason}", EventName = "telemetry.export_failed")]
    private static partial void Failed(ILogger logger, string signal, int lost, string reason);

    private sealed class Told
    {
        public long? At { get; set; }

        public int Lost { get; set; }
    }
}
