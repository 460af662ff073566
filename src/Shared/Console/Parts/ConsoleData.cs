using Observability.Console.Recording;
using Observability.Console.Sampling;
using Observability.Console.Sessions;
using Observability.Console.Storage;

namespace Observability.Console.Parts;

/// <summary>What a page shows: the stores of this host, or of an imported session that the reader has chosen.</summary>
public sealed class ConsoleData
{
    /// <summary>The parameter of an address that names a session.</summary>
    public const string Parameter = "session";

    /// <summary>The value of the parameter that leads back to this host.</summary>
    public const string ThisHost = "this-host";

    private readonly Recorder _recorder;
    private readonly ImportedSessions _sessions;
    private readonly IMetricStore _metrics;
    private ImportedSession? _session;

    internal ConsoleData(Recorder recorder, ImportedSessions sessions, IMetricStore metrics) => (_recorder, _sessions, _metrics) = (recorder, sessions, metrics);

    /// <summary>Raised when another session, or this host, was chosen.</summary>
    internal event Action? Chosen;

    /// <summary>The name of the imported session; null when this host's own stores are shown.</summary>
    public string? Session => _session?.Name;

    /// <summary>The name of a session that was asked for and is not there.</summary>
    public string? MissingSession { get; private set; }

    public StoreState SpanState => _session?.SpanState ?? _recorder.SpanState;

    public StoreState LogState => _session?.LogState ?? _recorder.LogState;

    internal SegmentStore Spans => _session?.Spans ?? _recorder.Spans;

    internal SegmentStore Logs => _session?.Logs ?? _recorder.Logs;

    internal IMetricStore Metrics => _session?.Metrics ?? _metrics;

    /// <summary>The time of the chosen session in Unix milliseconds; null when there is none.</summary>
    internal (long From, long To)? Time => _session?.Time;

    /// <summary>Chooses what is shown.</summary>
    /// <param name="name">The session of the address; null when the address has none.</param>
    /// <returns>Whether the address lacks the session that stays chosen.</returns>
    internal bool Choose(string? name)
    {
        if (name is null)
            return _session is not null;
        _session = name == ThisHost ? null : _sessions.Find(name);
        MissingSession = _session is null && name != ThisHost ? name : null;
        Chosen?.Invoke();
        return false;
    }
}
