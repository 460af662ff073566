using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Observability.Settings;

namespace ECommerce.Profiling;

/// <summary>
/// Samples the process in which it runs, one session at a time. Nothing is prepared before the first: what reads the samples is loaded by
/// then, and not with the host.
/// </summary>
public sealed partial class Profiler(IHostApplicationLifetime lifetime, TimeProvider clock, ObservabilitySettings settings, ILoggerFactory loggers)
{
    public const int ShortestSeconds = 1;
    public const int UsualSeconds = 10;
    public const int LongestSeconds = 60;

    /// <summary>How many bytes of events are read at most; those of some half a minute in a host with thirty threads.</summary>
    public const long LargestFile = 3 * Megabyte;

    private const long Megabyte = 1024 * 1024;

    // What the names of all methods take, and how many times a file of events grows while it is read, as measured.
    private const long Names = 16 * Megabyte;
    private const int Growth = 8;

    // What follows the sampling: the names of all methods are written, and the file is read.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    private readonly ILogger _log = loggers.CreateLogger(settings.CategoryOf("Profiling.Profiler"));
    private readonly Lock _gate = new();
    private long? _endsAt;

    /// <summary>Samples for a time.</summary>
    /// <param name="kind">What.</param>
    /// <param name="time">Between <see cref="ShortestSeconds"/> and <see cref="LongestSeconds"/>.</param>
    /// <param name="cancellationToken">Ends it; the next session may begin as soon as this one is put away.</param>
    /// <returns>The profile; <see cref="ProfilingErrors"/> when another is being taken, or when the runtime takes none.</returns>
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
        using var file = new EventFile();
        var (startedAt, started) = (clock.GetUtcNow(), Stopwatch.GetTimestamp());
        var end = await file.RecordAsync(EventReader.ProviderOf(kind), time, largest, lifetime.ApplicationStopping, ct);
        var took = Stopwatch.GetElapsedTime(started);
        var reader = new EventReader();
        var stacks = await Task.Run(() => reader.Read(file.Path, kind), ct);
        return new(kind, startedAt, took, end, reader.Samples, reader.Dropped, stacks);
    }

    // The runtime does not listen, or there is no room for its events. In a method of its own, so that the type is loaded when it is needed.
    private static bool IsOff(Exception failure) => failure is ServerNotAvailableException or IOException or UnauthorizedAccessException;

    private static long FreeBytes() => new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;

    /// <returns>How long to wait, when it is taken.</returns>
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
