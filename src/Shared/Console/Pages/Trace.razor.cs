using System.Globalization;
using Microsoft.AspNetCore.Components;
using Observability.Console.Filtering;
using Observability.Console.Hosts;
using Observability.Console.Limits;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Text;

namespace Observability.Console.Pages;

/// <summary>One trace: its waterfall and the story around it, or why it is not there.</summary>
public sealed partial class Trace
{
    private const int ShortId = 8;

    private TraceTree? _tree;
    private TraceAbsence? _absence;
    private FilterError? _error;
    private HashSet<int>? _matches;
    private string _search = "";
    private string _searched = "";
    private string _loaded = "";
    private (SegmentStore? Store, bool IsOfAllHosts) _loadedFrom;
    private ConsoleData _shown = null!;
    private bool _isCut;
    private bool _isNoId;

    [Inject]
    private FilterParser Parser { get; set; } = null!;

    [Inject]
    private ApiLimits Limits { get; set; } = null!;

    [Inject]
    private ConsoleSettings Settings { get; set; } = null!;

    [Inject]
    private HostTrace Hosts { get; set; } = null!;

    /// <inheritdoc />
    protected override bool HasAllHosts => true;

    /// <summary>The id of the trace, in hexadecimal digits.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    /// <inheritdoc />
    protected override TimeSpan Refresh => TimeSpan.FromSeconds(2);

    private bool IsStory => Query("view") == "story";

    private bool HasLines => Query("lines") != "off";

    private string? Selected => Query("span");

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
            await LoadAsync();
    }

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        // A trace that is there is not read again: its rows stay in their places while a reader is in them.
        if (_loaded != Id || _tree is null || _loadedFrom != (Data.Spans, IsOfAllHosts))
        {
            _loadedFrom = (Data.Spans, IsOfAllHosts);
            (_loaded, _isNoId, _absence) = (Id, !TraceKey.TryParse(Id, out var trace), null);
            if (_isNoId)
                return;
            var (shown, isCut) = IsOfAllHosts ? await GatherAsync(trace) : (Data, false);
            var tree = await Limits.SearchAsync(cancellation => TraceTree.Read(shown.Spans, shown.Logs, trace, Settings.ModuleAttribute, cancellation), Gone);
            if (_loaded != Id)
                return;
            (_shown, _isCut, _tree) = (shown, isCut, tree);
            _searched = "";
            _matches = null;
            if (_tree is null)
                _absence = TraceAbsence.Of(Data.Logs, Data.SpanState, trace, Hint());
        }
        await SearchAsync();
    }

    private async Task<(ConsoleData Shown, bool IsCut)> GatherAsync(TraceKey trace)
    {
        var all = await Hosts.GatherAsync(Data.Spans, Data.Logs, trace, Gone);
        Data.Report(all.Answers);
        return (all is { Spans: { } spans, Logs: { } logs } ? Data.Of(spans, logs) : Data, all.IsCut);
    }

    private long? Hint() =>
        long.TryParse(Query("at"), NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < long.MaxValue / TimeSpan.TicksPerMillisecond
            ? milliseconds * TimeSpan.TicksPerMillisecond : null;

    private async Task SearchAsync()
    {
        _search = Query("search") ?? "";
        if (_tree is null || _search == _searched)
            return;
        _searched = _search;
        _matches = null;
        if (!Parser.TryParse(_search, out var filter, out _error) || _search.Length == 0)
            return;
        _matches = await Limits.SearchAsync(cancellation => TraceMatches.Find(_tree, _shown.Spans, _shown.Logs, filter, cancellation), Gone);
    }

    private void Zoom(string time) => GoTo(With(("zoom", time)));

    private void SearchFor(string text) => GoTo(With(("search", text)));

    private static int RowOf(TraceTree tree, string span) =>
        ulong.TryParse(span, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? tree.RowOf(id) : -1;

    private string Shortened() => VisibleText.Of(Id.Length > ShortId && !_isNoId ? Id[..ShortId] : Id, TraceKey.Digits);

    private string MissingText(TraceTree tree) => Recorder.TicksOf(Data.SpanState.CompleteSince) > tree.Start
        ? $"Spans of this trace are missing: it began before {Show.Time(Data.SpanState.CompleteSince.ToUnixTimeMilliseconds())}, since when spans are complete here. The others were removed to make room, or lost."
        : $"Some spans name a parent that {(IsOfAllHosts ? "no host" : "this host does not")} {(IsOfAllHosts ? "has" : "have")}: it belongs to another process, or has not ended yet.";

    private string ReasonOf(TraceAbsence absence) => absence.Reason switch
    {
        AbsenceReason.NotSampled => "Its log records say that it was not sampled: its spans were recorded nowhere.",
        AbsenceReason.Evicted => $"It was at {When(absence)}, and spans are complete since {Since()} only: its spans were removed to make room, or lost.",
        AbsenceReason.BeforeStart => $"It was at {When(absence)}, before this host began to keep spans at {Since()}.",
        AbsenceReason.NeverSeen when absence.Time is not null =>
            $"It was at {When(absence)}, and every span of that time is kept. It was not sampled, or {Elsewhere}.",
        AbsenceReason.NeverSeen => $"This host has kept every span since {Since()}. The trace is older, was not sampled, or {Elsewhere}.",
        _ => $"Nothing tells when it was. Spans are complete since {Since()}: it is older and was removed, was not sampled, or {Elsewhere}.",
    };

    private string Elsewhere => IsOfAllHosts ? "a host that did not answer has it" : "another host has it";

    private static string When(TraceAbsence absence) => Show.Time(absence.Time!.Value / TimeSpan.TicksPerMillisecond);

    private string Since() => Show.Time(Data.SpanState.CompleteSince.ToUnixTimeMilliseconds());
}
