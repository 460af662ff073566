using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>The categories whose level moves together, and what they are called.</summary>
public sealed record LogGroup(string Name, IReadOnlyList<string> Categories);

/// <summary>
/// Log levels while the host runs: any may be moved for a bounded time, after which the configured one holds again. Levels of single
/// categories below a group's, and of single providers, are more specific and keep their word.
/// </summary>
public sealed partial class LogLevels : IDisposable
{
    /// <summary>Moves a level for so long unless something else is asked for.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(10);

    /// <summary>Moves no level for longer than this, so that nobody forgets one.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(4);

    private readonly LevelOverrides _overrides;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Override> _held = new(StringComparer.Ordinal);

    internal LogLevels(LevelOverrides overrides, TimeProvider clock, ILoggerFactory loggers, string category) =>
        (_overrides, _clock, _loggers, _log) = (overrides, clock, loggers, loggers.CreateLogger(category));

    /// <summary>The lowest level that some category of the group writes at this moment.</summary>
    public LogLevel Of(LogGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        ILogger[] loggers = [.. group.Categories.Select(_loggers.CreateLogger)];
        return Enum.GetValues<LogLevel>().First(level => level is LogLevel.None || loggers.Any(logger => logger.IsEnabled(level)));
    }

    /// <summary>When the configured level holds again; null when it does now.</summary>
    public DateTimeOffset? Until(LogGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        lock (_gate)
            return _held.GetValueOrDefault(group.Name)?.Until;
    }

    /// <summary>Holds a level for a time, in place of any that was held before.</summary>
    public void Hold(LogGroup group, LogLevel level, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, LongestTime);
        lock (_gate)
        {
            Forget(group);
            var until = _clock.GetUtcNow() + time;
            _held.Add(group.Name, new(group, level, until, _clock.CreateTimer(_ => Expire(group, until), null, time, Timeout.InfiniteTimeSpan)));

            // A change that silences this very logger is told before it takes effect, one that lets it speak afterwards.
            var isHeard = _log.IsEnabled(LogLevel.Information);
            LogHeld(_log, group.Name, level, until);
            Apply();
            if (!isHeard)
                LogHeld(_log, group.Name, level, until);
        }
    }

    /// <summary>Lets the configured level hold again; changes nothing where it does.</summary>
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

    // A timer that was disposed may fire all the same; by then another level may be held.
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
