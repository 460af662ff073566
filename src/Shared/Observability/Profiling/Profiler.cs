using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Observability.Profiling;

/// <summary>
/// Samples the process in which it runs, one session at a time. Nothing is prepared before the first: what reads the samples is loaded by
/// then, and not with the host.
/// </summary>
public sealed partial class Profiler(IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<Profiler> log)
{
    public const int ShortestSeconds = 1;
    public const int UsualSeconds = 10;
    public const int LongestSeconds = 60;

    /// <summary>No file of events grows beyond, its names apart. What is made of it needs as much again.</summary>
    public const long LargestFile = 12 * 1024 * 1024;

    // What follows the sampling: the names of all methods are written, and the file is read.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

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
            var profile = await RecordAsync(kind, time, LargestFile, cancellationToken);
            Taken(log, profile.Kind, Math.Round(profile.Time.TotalSeconds, 1), profile.Samples, profile.Dropped, profile.End);
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

    // In a method of its own, so that the type is loaded when something has failed and not before.
    private static bool IsOff(Exception failure) => failure is ServerNotAvailableException;

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
