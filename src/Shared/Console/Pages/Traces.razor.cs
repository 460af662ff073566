using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using Observability.Console.Filtering;
using Observability.Console.Hosts;
using Observability.Console.Limits;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Context;
using Observability.Text;

namespace Observability.Console.Pages;

/// <summary>The list of traces, with a heat map and a histogram of their durations.</summary>
public sealed partial class Traces
{
    private const int PageSize = 50;
    private const int MostOfHost = 1000;
    private const int MostOfAllHosts = 200;
    private const int MapColumns = 90;
    private const int LongestName = 160;
    private const double TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    private static readonly (TraceOrder Order, string Title, bool IsNumber)[] Columns =
    [
        (TraceOrder.Start, "Began", true), (TraceOrder.Name, "Name", false), (TraceOrder.Module, "Module", false), (TraceOrder.Duration, "Duration", true),
        (TraceOrder.Spans, "Spans", true), (TraceOrder.Errors, "Failed spans", true),
    ];

    private IReadOnlyList<TraceSummary> _traces = [];
    private HeatMap? _map;
    private FilterError? _error;
    private string _filterText = "";
    private string? _next;
    private bool _isCut;
    private string? _problem;
    private TraceOrder _order;
    private bool _isReversed;
    private long _shortest;
    private long _longest;
    private long _slowest;

    [Inject]
    private FilterParser Parser { get; set; } = null!;

    [Inject]
    private ApiLimits Limits { get; set; } = null!;

    [Inject]
    private ConsoleSettings Settings { get; set; } = null!;

    [Inject]
    private SparedHosts Hosts { get; set; } = null!;

    [Inject]
    private ServiceInstance Instance { get; set; } = null!;

    /// <inheritdoc />
    protected override bool HasAllHosts => true;

    /// <inheritdoc />
    protected override TimeSpan Refresh => TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        _filterText = Query("filter") ?? "";
        _problem = null;
        _shortest = DurationOf("shortest", 0);
        _longest = DurationOf("longest", long.MaxValue);
        _order = Enum.TryParse<TraceOrder>(Query("sort"), ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : TraceOrder.Start;
        _isReversed = Query("reverse") is not null;
        if (!Parser.TryParse(_filterText, out var filter, out _error))
        {
            // What was found before stays in sight while the reader mends the filter.
            _map ??= new(Range.FromTicks, Math.Max(Range.ToTicks, Range.FromTicks + 1), 1);
            return;
        }
        TracePlace? after = Query("cursor") is { Length: <= Cursor.MostCharacters } cursor && Cursor.TryReadTrace(cursor, out var place) ? place : null;
        var map = new HeatMap(Range.FromTicks, Math.Max(Range.ToTicks, Range.FromTicks + 1), MapColumns);
        var query = new TraceQuery(filter, Range.FromTicks, Range.ToTicks, _order, PageSize, after) { Shortest = _shortest, Longest = _longest, IsReversed = _isReversed };
        if (IsOfAllHosts)
        {
            await LoadAllAsync(query with { Limit = MostOfHost, After = null }, map);
            return;
        }
        var (traces, hasMore) = await FindAsync(query, map);
        Draw(traces, map, hasMore ? Cursor.OfTrace(TraceSearch.PlaceOf(traces[^1], _order)) : null, isCut: false);
    }

    private async Task LoadAllAsync(TraceQuery query, HeatMap map)
    {
        var address = Address;
        var asking = Hosts.AskAsync(Links.Api("/traces", ApiParameters().Append(("limit", $"{MostOfHost}"))), Gone);
        var (own, hasMore) = await FindAsync(query, map);
        var answers = await asking;
        if (address != Address)
            return;
        Data.Report(answers);
        HashSet<TraceKey> known = [.. own.Select(trace => trace.Trace)];
        List<TraceSummary> others = [.. answers.SelectMany(HostTraces.Read)];
        foreach (var trace in HostTraces.Merge(others.Where(trace => !known.Contains(trace.Trace))))
            map.Add(trace.Start, trace.Duration, trace.Errors > 0);
        var all = HostTraces.Sort(HostTraces.Merge([.. own.Select(trace => trace with { Hosts = [Instance.Id] }), .. others]), _order, _isReversed);
        Draw([.. all.Take(MostOfAllHosts)], map, next: null, hasMore || all.Count > MostOfAllHosts || answers.Any(HostRecords.IsCut));
    }

    private async Task<(IReadOnlyList<TraceSummary> Traces, bool HasMore)> FindAsync(TraceQuery query, HeatMap map)
    {
        var hasMore = false;
        var traces = await Limits.SearchAsync(cancellation => new TraceSearch(Settings.ModuleAttribute).Run(Data.Spans, query, out hasMore, cancellation, map), Gone);
        return (traces, hasMore);
    }

    private void Draw(IReadOnlyList<TraceSummary> traces, HeatMap map, string? next, bool isCut)
    {
        (_traces, _map, _next, _isCut) = (traces, map, next, isCut);
        _slowest = _traces.Select(trace => trace.Duration).DefaultIfEmpty(1).Max();
    }

    private long DurationOf(string name, long otherwise)
    {
        if (Query(name) is not { } text)
            return otherwise;
        if (DurationUnits.Parse(text) is { } milliseconds && milliseconds * TimeSpan.TicksPerMillisecond < long.MaxValue)
            return (long)Math.Round(milliseconds * TimeSpan.TicksPerMillisecond);
        _problem = $"{name}: must be a duration such as 250ms.";
        return otherwise;
    }

    private void FilterBy(string text) => GoTo(With(("filter", text), ("cursor", null)));

    private void Select(DurationSelection area) => GoTo(With(
        ("from", TimeRange.Text(area.From / TimeSpan.TicksPerMillisecond)), ("to", TimeRange.Text((area.To / TimeSpan.TicksPerMillisecond) + 1)), ("range", null),
        ("shortest", TextOf(area.Shortest)), ("longest", TextOf(area.Longest)), ("cursor", null)));

    private void SelectDurations(DurationSelection area) =>
        GoTo(With(("shortest", TextOf(area.Shortest)), ("longest", TextOf(area.Longest)), ("cursor", null)));

    private void Apply((string Name, string? Value)[] values) => GoTo(With(values));

    private static string? TextOf(long ticks) => ticks is 0 or long.MaxValue ? null : string.Create(CultureInfo.InvariantCulture, $"{ticks / TicksPerMicrosecond:0.#}us");

    private string DurationsText() => (_shortest, _longest) switch
    {
        (var least, long.MaxValue) => $"at least {Show.Ticks(least)}",
        (0, var most) => $"at most {Show.Ticks(most)}",
        var (least, most) => $"{Show.Ticks(least)} to {Show.Ticks(most)}",
    };

    private string? SortOf(TraceOrder order) => order != _order ? null : IsAscending(order) == _isReversed ? "descending" : "ascending";

    private string SortBy(TraceOrder order) => With(
        ("sort", order is TraceOrder.Start ? null : order.ToString().ToLowerInvariant()), ("reverse", order == _order && !_isReversed ? "1" : null), ("cursor", null));

    private static bool IsAscending(TraceOrder order) => order is TraceOrder.Name or TraceOrder.Module;

    private double ShareOf(TraceSummary trace) => _slowest > 0 ? (double)trace.Duration / _slowest : 0;

    private static string AddressOf(TraceSummary trace) => $"{ConsoleSettings.PagePath}/traces/{trace.Trace}";

    private string DiffersAddress() => QueryHelpers.AddQueryString($"{ConsoleSettings.PagePath}/differs", new Dictionary<string, string?>
    {
        ["selected"] = _filterText.Length > 0 ? _filterText : null,
        ["shortest"] = TextOf(_shortest),
        ["longest"] = TextOf(_longest),
        ["range"] = Query("range"),
        ["from"] = Query("from"),
        ["to"] = Query("to"),
    });

    private string ApiAddress() => Settings.ApiPath + Links.Api("/traces", ApiParameters().Append(("hosts", IsOfAllHosts ? ConsoleData.AllOfThem : null)));

    private IEnumerable<(string Name, string? Value)> ApiParameters() =>
    [
        ("filter", _filterText),
        ("from", TimeRange.Text(Range.From)),
        ("to", TimeRange.Text(Range.To)),
        ("sort", _order.ToString().ToLowerInvariant()),
        ("shortest", TextOf(_shortest)),
        ("longest", TextOf(_longest)),
    ];

    private static string Visible(string text) => VisibleText.Of(text, LongestName);
}
