using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>A named group of log categories whose level is changed together.</summary>
public sealed record LogGroup(string Name, IReadOnlyList<string> Categories);

/// <summary>
/// Temporary changes of log levels at run time. After its time the configured level applies again. Levels that are configured for a
/// category below the group or for one provider are more specific and stay in force.
/// </summary>
public sealed partial class LogLevels : IDisposable
{
    /// <summary>The duration of a change when none is given.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(10);

    /// <summary>The longest duration of a change, so that none is forgotten.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(4);

    private readonly LevelOverrides _overrides;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Override> _held = new(StringComparer.Ordinal);

    internal LogLevels(LevelOverrides overrides, TimeProvider clock, ILoggerFactory loggers, string category) =>
        (_overrides, _clock, _loggers, _log) = (overrides, clock, loggers, loggers.CreateLogger(category));

    /// <summary>The lowest level that a category of the group writes now.</summary>
    public LogLevel Of(LogGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        ILogger[] loggers = [.. group.Categories.Select(_loggers.CreateLogger)];
        return Enum.GetValues<LogLevel>().First(level => level is LogLevel.None || loggers.Any(logger => logger.IsEnabled(level)));
    }

    /// <summary>When the configured level applies again; null when it does now.</summary>
    public DateTimeOffset? Until(LogGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        lock (_gate)
            return _held.GetValueOrDefault(group.Name)?.Until;
    }

    /// <summary>Changes the level for a time, in place of an earlier change.</summary>
    public void SetFor(LogGroup group, LogLevel level, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTime);
        lock (_gate)
        {
            Forget(group);
            var until = _clock.GetUtcNow() + time;
            _held.Add(group.Name, new(group, level, until, _clock.CreateTimer(_ => Expire(group, until), null, time, Timeout.InfiniteTimeSpan)));

            // A change that silences this logger is logged before it takes effect, any other afterwards.
            var isHeard = _log.IsEnabled(LogLevel.Information);
            LogHeld(_log, group.Name, level, until);
            Apply();
            if (!isHeard)
                LogHeld(_log, group.Name, level, until);
        }
    }

    /// <summary>Restores the configured level. Does nothing when it applies already.</summary>
    public void Release(LogGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        lock (_gate)
        {
            if (!Forget(group))
                return;
            Apply();
            var configured = Of(group);
            LogReleased(_log, group.Name, configured);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var held in _held.Values)
                held.Timer.Dispose();
        }
    }

    // A timer that was disposed may still fire; by then another change may be in force.
    private void Expire(LogGroup group, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (_held.TryGetValue(group.Name, out var held) && held.Until == until)
                Release(group);
        }
    }

    private bool Forget(LogGroup group)
    {
        if (!_held.Remove(group.Name, out var held))
            return false;
        held.Timer.Dispose();
        return true;
    }

    private void Apply() => _overrides.Show(_held.Values.SelectMany(held => held.Group.Categories, (held, category) => (category, held.Level)));

    private sealed record Override(LogGroup Group, LogLevel Level, DateTimeOffset Until, ITimer Timer);

    [LoggerMessage(EventId = 3, EventName = "log_level.held", Level = LogLevel.Information, Message = "{Module} logs at {NewLevel} until {Until:u}")]
    private static partial void LogHeld(ILogger logger, string module, LogLevel newLevel, DateTimeOffset until);

    [LoggerMessage(EventId = 4, EventName = "log_level.released", Level = LogLevel.Information, Message = "{Module} logs at {NewLevel} again, as configured")]
    private static partial void LogReleased(ILogger logger, string module, LogLevel newLevel);
}
