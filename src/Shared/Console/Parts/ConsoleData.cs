using Observability.Console.Hosts;
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

    /// <summary>The parameter of an address that says whether all hosts of the shop are shown as one, or this host alone.</summary>
    public const string HostsParameter = "hosts";

    /// <summary>The value of that parameter for all hosts, which are shown when the address has none.</summary>
    public const string AllOfThem = "all";

    /// <summary>The value of that parameter for this host alone.</summary>
    public const string ThisOneOnly = "this";

    private readonly Recorder _recorder;
    private readonly ImportedSessions _sessions;
    private readonly IMetricStore _metrics;
    private readonly (SegmentStore Spans, SegmentStore Logs)? _gathered;
    private ImportedSession? _session;
    private bool _isThisOneOnly;

    internal ConsoleData(Recorder recorder, ImportedSessions sessions, IMetricStore metrics, bool hasOthers) =>
        (_recorder, _sessions, _metrics, HasOthers) = (recorder, sessions, metrics, hasOthers);

    private ConsoleData(ConsoleData own, SegmentStore spans, SegmentStore logs)
        : this(own._recorder, own._sessions, own._metrics, own.HasOthers) => _gathered = (spans, logs);

    /// <summary>Raised when another session, this host, or all hosts were chosen, and when a host begins or ceases to answer.</summary>
    internal event Action? Chosen;

    /// <summary>Whether the settings name other hosts.</summary>
    public bool HasOthers { get; }

    /// <summary>Whether a page shows all hosts as one, when it can.</summary>
    public bool IsOfAllHosts => HasOthers && _session is null && !_isThisOneOnly;

    /// <summary>Whether these are the gathered records of several hosts, whose sequence numbers are of no store.</summary>
    internal bool IsGathered => _gathered is not null;

    /// <summary>The hosts that did not answer the page.</summary>
    internal IReadOnlyList<HostAnswer> Silent { get; private set; } = [];

    /// <summary>The name of the imported session; null when this host's own stores are shown.</summary>
    public string? Session => _session?.Name;

    /// <summary>The name of a session that was asked for and is not there.</summary>
    public string? MissingSession { get; private set; }

    public StoreState SpanState => _session?.SpanState ?? _recorder.SpanState;

    public StoreState LogState => _session?.LogState ?? _recorder.LogState;

    internal SegmentStore Spans => _gathered?.Spans ?? _session?.Spans ?? _recorder.Spans;

    internal SegmentStore Logs => _gathered?.Logs ?? _session?.Logs ?? _recorder.Logs;

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

    /// <summary>Chooses between all hosts and this one.</summary>
    /// <param name="value">The word of the address; null when the address has none.</param>
    /// <returns>Whether the address lacks the word for this host alone, which stays chosen.</returns>
    internal bool ChooseHosts(string? value)
    {
        if (!HasOthers || _session is not null)
            return false;
        if (value is null)
            return _isThisOneOnly;
        var isThisOneOnly = value == ThisOneOnly;
        if (isThisOneOnly == _isThisOneOnly)
            return false;
        _isThisOneOnly = isThisOneOnly;
        Chosen?.Invoke();
        return false;
    }

    /// <summary>Tells the reader which hosts did not answer.</summary>
    internal void Report(IEnumerable<HostAnswer> answers)
    {
        HostAnswer[] silent = [.. answers.Where(answer => answer.Problem is not null).Select(answer => answer with { Body = null })];
        if (silent.SequenceEqual(Silent))
            return;
        Silent = silent;
        Chosen?.Invoke();
    }

    /// <summary>The same with records that were gathered from several hosts.</summary>
    internal ConsoleData Of(SegmentStore spans, SegmentStore logs) => new(this, spans, logs);
}
