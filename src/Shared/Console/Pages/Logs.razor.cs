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

/// <summary>The log records as they are written, their numbers over time, and the fields of each.</summary>
public sealed partial class Logs
{
    private const int PageSize = 100;
    private const int ChartColumns = 120;
    private const int LongestName = 120;

    private static readonly Task<IReadOnlyList<HostAnswer>> Nobody = Task.FromResult<IReadOnlyList<HostAnswer>>([]);

    private List<LogLine> _lines = [];
    private LogCounts? _counts;
    private FilterError? _error;
    private string _filterText = "";
    private string? _next;
    private string? _opened;
    private bool _isCut;
    private bool _lost;

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
        var (from, to) = (Range.FromTicks, Math.Max(Range.ToTicks, Range.FromTicks + 1));
        if (!Parser.TryParse(_filterText, out var filter, out _error))
        {
            _counts ??= LogCounts.Make(Data.Logs, Filter.All, from, from + 1, 1, Gone);
            return;
        }
        var before = Query("cursor") is { Length: <= Cursor.MostCharacters } cursor && Cursor.TryReadSequence(cursor, out var sequence) ? sequence : long.MaxValue;
        var address = Address;
        var asking = IsOfAllHosts ? Hosts.AskAsync(Links.Api("/logs", ApiParameters().Append(("limit", $"{PageSize}"))), Gone) : Nobody;
        List<LogLine> lines = [];
        var end = await Limits.SearchAsync(
            cancellation =>
            {
                _counts = LogCounts.Make(Data.Logs, filter, from, to, ChartColumns, cancellation);
                return LogSearch.Run(Data.Logs, new(filter, from, to, PageSize) { Before = IsOfAllHosts ? long.MaxValue : before }, Take, cancellation);
            }, Gone);
        var answers = await asking;
        if (address != Address)
            return;
        _opened = Query("line");
        if (IsOfAllHosts)
        {
            Data.Report(answers);
            var all = lines.Select(line => line with { Host = Instance.Id }).Concat(answers.SelectMany(answer => HostRecords.ReadLines(answer, 2L * Limits.AnswerBytes)));
            lines = [.. all.OrderByDescending(line => line.Time)];
        }
        _isCut = IsOfAllHosts && (end.Next is not null || lines.Count > PageSize || answers.Any(HostRecords.IsCut));
        _next = !IsOfAllHosts && end.Next is { } next ? Cursor.OfSequence(next) : null;
        ShowOpened([.. lines.Take(PageSize)]);

        bool Take(LeasedSegment segment, int record)
        {
            lines.Add(LogLine.Of(new LogRecord(segment[record]), segment.SequenceOf(record)));
            return true;
        }
    }

    // A record that an address names is there, wherever the page of the list is.
    private void ShowOpened(List<LogLine> lines)
    {
        if (_opened is not null && lines.TrueForAll(line => line.Id != _opened) && FindOpened() is { } opened)
            lines.Insert(0, opened);
        _lost = _opened is not null && lines.TrueForAll(line => line.Id != _opened);
        _lines = lines;
    }

    // Another host's record stays in sight while it is open.
    private LogLine? FindOpened()
    {
        if (_lines.FirstOrDefault(line => line.Id == _opened) is { } drawn)
            return drawn;
        return long.TryParse(_opened, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? LogLine.Find(Data.Logs, sequence) : null;
    }

    private void FilterBy(string text) => GoTo(With(("filter", text), ("cursor", null), ("line", null)));

    private void Select((long From, long To) time) => GoTo(With(
        ("from", TimeRange.Text(time.From / TimeSpan.TicksPerMillisecond)), ("to", TimeRange.Text((time.To / TimeSpan.TicksPerMillisecond) + 1)), ("range", null), ("cursor", null)));

    private void Apply((string Name, string? Value)[] values) => GoTo(With(values));

    private string Added(string term) => With(("filter", _filterText.Length == 0 ? term : $"{_filterText} {term}"), ("cursor", null));

    private static string TraceAddress(LogLine line) => QueryHelpers.AddQueryString($"{ConsoleSettings.PagePath}/traces/{line.Trace}", new Dictionary<string, string?>
    {
        ["span"] = line.Span == 0 ? null : line.Span.ToString("x16", CultureInfo.InvariantCulture),
        ["at"] = (line.Time / TimeSpan.TicksPerMillisecond).ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>The fields of a record, each with the term of the filter that finds its value; null when none does.</summary>
    private static IEnumerable<(string Name, string Value, string? Term)> FieldsOf(LogLine line)
    {
        if (line.Host.Length > 0)
            yield return ("host", line.Host, null);
        yield return ("time", DateTimeOffset.UnixEpoch.AddTicks(line.Time).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture), null);
        yield return ("level", LogRecord.Levels[line.Level], $"level:{LogRecord.Levels[line.Level]}");
        yield return ("message", line.Message, FilterTerms.OfField("name", line.Message));
        yield return ("category", line.Category, FilterTerms.OfField("source", line.Category));
        if (line.Event.Length > 0)
            yield return ("event", line.Event, FilterTerms.OfField("event", line.Event));
        if (!line.Trace.IsNone)
            yield return ("trace", line.Trace.ToString(), $"trace:{line.Trace}");
        if (line.Span != 0)
            yield return ("span", line.Span.ToString("x16", CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"span:{line.Span:x16}"));
        foreach (var (key, value, kind) in line.Attributes)
            yield return (key, value, kind is AttributeKind.None or AttributeKind.Array ? null : FilterTerms.OfAttribute(key, value));
    }

    private string ApiAddress() => Settings.ApiPath + Links.Api("/logs", ApiParameters().Append(("hosts", IsOfAllHosts ? ConsoleData.AllOfThem : null)));

    private IEnumerable<(string Name, string? Value)> ApiParameters() =>
        [("filter", _filterText), ("from", TimeRange.Text(Range.From)), ("to", TimeRange.Text(Range.To))];

    private static string Visible(string text) => VisibleText.Of(text, LongestName);
}
