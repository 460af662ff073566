using System.Diagnostics;
using OpenTelemetry;

namespace Observability.Otlp;

/// <summary>
/// Retries the export of one batch with exponential backoff and jitter, as the OTLP specification requires for retryable failures (<see
/// href="https://opentelemetry.io/docs/specs/otlp/#failures"/>). A restart of the collector then loses nothing.
/// </summary>
/// <param name="attempt">Reports after each failure whether it is retryable.</param>
/// <param name="retryFor">The time after the first failure at which a batch is given up.</param>
/// <remarks>
/// The exporter's own <c>OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY</c> is not used: it counts against the time limit of a single export (ten
/// seconds), and its pauses cannot be interrupted when the host stops.
/// </remarks>
internal sealed class ExportRetry(ExportAttempt attempt, TimeSpan retryFor)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly object _pausing = new();
    private bool _isStopped;

    /// <summary>
    /// Exports until the collector takes the batch, the failure is not retryable, or the time is over. Called on the exporting thread only.
    /// </summary>
    /// <param name="export">Sends the batch.</param>
    /// <param name="triedInVain">Called after each failure that is followed by a retry.</param>
    public ExportResult Run(Func<ExportResult> export, Action triedInVain)
    {
        var (result, firstFailure, pause) = (Try(export), Stopwatch.GetTimestamp(), FirstPause);
        while (result is ExportResult.Failure && attempt.MayPass)
        {
            var wait = attempt.RetryAfter is { } asked && asked > pause ? asked : pause * (0.5 + Random.Shared.NextDouble() / 2);
            if (Stopwatch.GetElapsedTime(firstFailure) + wait > retryFor)
                return result;
            triedInVain();
            if (!Pause(wait))
                return result;
            result = Try(export);
            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }
        return result;
    }

    /// <summary>Ends a pause between retries. From then on each batch is sent once.</summary>
    public void Stop()
    {
        lock (_pausing)
        {
            _isStopped = true;
            Monitor.PulseAll(_pausing);
        }
    }

    /// <returns>False when the host stops.</returns>
    private bool Pause(TimeSpan time)
    {
        lock (_pausing)
        {
            if (!_isStopped)
                Monitor.Wait(_pausing, time);
            return !_isStopped;
        }
    }

    private ExportResult Try(Func<ExportResult> export)
    {
        attempt.Begin();
        return export();
    }
}
