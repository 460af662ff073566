using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Settings;

namespace ECommerce.Profiling;

/// <summary>
/// Profiles the running process by EventPipe, one session at a time. The libraries that read the events are loaded by the first session.
/// </summary>
public sealed partial class Profiler(IHostApplicationLifetime lifetime, TimeProvider clock, ObservabilitySettings settings, ILoggerFactory loggers)
{
    public const int ShortestSeconds = 1;
    public const int UsualSeconds = 10;
    public const int LongestSeconds = 60;

    /// <summary>The size limit of an event file: about half a minute of a host with thirty threads.</summary>
    public const long LargestFile = 3 * Megabyte;

    private const long Megabyte = 1024 * 1024;

    // The size of the rundown, and the factor by which an event file grows when it is read, both measured.
    private const long Names = 16 * Megabyte;
    private const int Growth = 8;

    // The time for the rundown and for reading the file.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = loggers.CreateLogger(settings.CategoryOf("Profiling.Profiler"));
    private readonly Lock _gate = new();
    private long? _endsAt;

    /// <summary>Takes a profile.</summary>
    /// <param name="kind">The kind of profile.</param>
    /// <param name="time">Between <see cref="ShortestSeconds"/> and <see cref="LongestSeconds"/>.</param>
    /// <param name="cancellationToken">Ends the session. The next one can begin when its cleanup has finished.</param>
    /// <returns>The profile; one of <see cref="ProfilingErrors"/> when another session runs or the runtime has no diagnostics port.</returns>
    public async Task<Result<Profile>> TakeAsync(ProfileKind kind, TimeSpan time, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.FromSeconds(ShortestSeconds));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromSeconds(LongestSeconds));
        if (Occupy(time) is { } wait)
            return ProfilingErrors.InProgress.RetryAfter(wait);
        try
        {
            var profile = await RecordAsync(kind, time, Math.Min(LargestFile, (FreeBytes() - Names) / Growth), cancellationToken);
            var seconds = Math.Round(profile.Time.TotalSeconds, 1);
            Taken(_log, profile.Kind, seconds, profile.Samples, profile.Dropped, profile.End);
            return profile;
        }
        catch (Exception off) when (IsOff(off))
        {
            return ProfilingErrors.Off;
        }
        finally
        {
            Release();
        }
    }

    internal async Task<Profile> RecordAsync(ProfileKind kind, TimeSpan time, long largest, CancellationToken ct)
    {
        using var file = new NettraceFile();
        var (startedAt, started) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        var end = await file.RecordAsync(NettraceReader.ProviderOf(kind), time, largest, lifetime.ApplicationStopping, ct);
        var took = Stopwatch.GetElapsedTime(started);
        var reader = new NettraceReader();
        var stacks = await Task.Run(() => reader.Read(file.Path, kind), ct);
        return new(kind, startedAt, took, end, reader.Samples, reader.Dropped, stacks);
    }

    // No diagnostics port, or no space for the events. In a method of its own, so that the exception's type is loaded only then.
    private static bool IsOff(Exception failure) => failure is ServerNotAvailableException or IOException or UnauthorizedAccessException;

    private static long FreeBytes() => new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;

    /// <returns>The time to wait when another session runs; null when the session may begin.</returns>
    private TimeSpan? Occupy(TimeSpan time)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            if (_endsAt is { } end)
                return TimeSpan.FromSeconds(Math.Max(1, Stopwatch.GetElapsedTime(now, end).TotalSeconds));
            _endsAt = now + (long)((time + Afterwards).TotalSeconds * Stopwatch.Frequency);
            return null;
        }
    }

    private void Release()
    {
        lock (_gate)
            _endsAt = null;
    }

    [LoggerMessage(EventId = 40, EventName = "profile.taken", Level = LogLevel.Information, Message = "A profile ({Kind}) over {Seconds} s has {Samples} samples and lost {Dropped} events; it ended by {End}")]
    private static partial void Taken(ILogger logger, ProfileKind kind, double seconds, long samples, long dropped, ProfileEnd end);
}
