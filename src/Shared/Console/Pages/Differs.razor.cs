using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Observability.Console.Api;
using Observability.Console.Filtering;
using Observability.Console.Limits;
using Observability.Console.Parts;
using Observability.Console.Queries;
using Observability.Console.Queries.Differing;
using Observability.Console.Settings;
using Observability.Text;

namespace Observability.Console.Pages;

/// <summary>By which attributes selected traces differ from the rest.</summary>
public sealed partial class Differs
{
    private const int MapColumns = 90;
    private const int MostMoments = 12;
    private const int FewTraces = 10;
    private const int LongestText = 90;
    private const double Slow = 0.95;

    // What is selected; the filter says which traces are compared at all.
    private static readonly string[] SelectionNames = [.. DifferenceParameters.Names.Where(name => name != "filter")];

    private Queries.HeatMap? _map;
    private Differences? _found;
    private (string Field, string Message)? _problem;
    private IReadOnlyList<Happening> _moments = [];
    private string? _typed;
    private long _slow;

    [Inject]
    private FilterParser Parser { get; set; } = null!;

    [Inject]
    private ApiLimits Limits { get; set; } = null!;

    [Inject]
    private Happenings Happenings { get; set; } = null!;

    [Inject]
    private ConsoleSettings Settings { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        var reader = new QueryReader(new QueryCollection(DifferenceParameters.Names
            .Where(name => Query(name) is not null).ToDictionary(name => name, name => new StringValues(Query(name)))), DifferenceParameters.Names);
        var query = DifferenceParameters.Read(reader, Parser, Range.FromTicks, Range.ToTicks);
        _problem = reader.Error;
        _typed ??= Query("selected");
        if (_problem is not null)
            return;
        _moments = [.. Happenings.Read(Range.From, Range.To).TakeLast(MostMoments).Reverse()];
        (_map, _found) = await Limits.SearchAsync(cancellation =>
        {
            var map = new Queries.HeatMap(query.From, Math.Max(query.To, query.From + 1), MapColumns);
            new TraceSearch(Settings.ModuleAttribute).Run(Data.Spans, new(query.Filter, query.From, query.To, TraceOrder.Start, 1, After: null), out _, cancellation, map);
            return (map, query.Selection.IsEverything ? null : DifferenceSearch.Run(Data.Spans, query, cancellation));
        }, Gone);
        _slow = (long)(_map.Durations.QuantileMilliseconds(Slow) * TimeSpan.TicksPerMillisecond);
    }

    private void Select(DurationSelection area) => GoTo(SelectionOf(
        ("before", TicksText(area.From)), ("after", TicksText(area.To)), ("shortest", TextOf(area.Shortest)), ("longest", TextOf(area.Longest))));

    // The time of the page stays: what is selected is compared with the rest of it.
    private void SelectValues((string Name, string? Value)[] values) => GoTo(SelectionOf(
        [.. values.Select(value => (value.Name switch { "from" => "before", "to" => "after", var name => name }, value.Value))]));

    private void SelectTyped() => GoTo(SelectionOf(("selected", _typed)));

    /// <summary>The address with this selection in place of another.</summary>
    private string SelectionOf(params (string Name, string? Value)[] selection) =>
        With([.. SelectionNames.Select(name => (name, selection.FirstOrDefault(one => one.Name == name).Value))]);

    /// <summary>The address that compares only traces which match these terms as well, be it by another span.</summary>
    private string Narrowed(string terms) => With(("filter", Joined(Query("filter"), terms)));

    private IEnumerable<(string Name, string Text)> Chosen() =>
        from name in SelectionNames
        let value = Query(name)
        where value is not null
        select (name, name switch
        {
            "before" => $"began from {value} on",
            "after" => $"began until {value}",
            "shortest" => $"took {value} or more",
            "longest" => $"took {value} or less",
            _ => Visible(value),
        });

    private string TracesOf(string? terms)
    {
        var filter = Joined(Query("filter"), Query("selected"), terms);
        var (from, to) = (Query("before"), Query("after"));
        return Links.To("traces",
        [
            ("filter", filter), ("shortest", Query("shortest")), ("longest", Query("longest")),
            .. from is null && to is null ? Links.TimeOf(Range) : [("from", from ?? TimeRange.Text(Range.From)), ("to", to ?? TimeRange.Text(Range.To))],
        ]);
    }

    private static string Joined(params IEnumerable<string?> filters) => string.Join(" & ", filters.Where(text => !string.IsNullOrWhiteSpace(text)));

    private static string? TextOf(long ticks) =>
        ticks is 0 or long.MaxValue ? null : string.Create(CultureInfo.InvariantCulture, $"{(double)ticks / TimeSpan.TicksPerMicrosecond:0.#}us");

    // All digits, so that the area holds what was drawn in it.
    private static string TicksText(long ticks) => DateTime.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);

    private static string Visible(string text) => VisibleText.Of(text, LongestText);
}
