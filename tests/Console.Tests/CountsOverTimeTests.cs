using System.Globalization;
using System.Text.Json;
using Observability.Console.Queries;

namespace Observability.Console.Tests;

/// <summary>Heat maps, histograms and counts of log records are what counting the exported OTLP JSON says.</summary>
public sealed class CountsOverTimeTests
{
    private const int Columns = 17;

    private static readonly DateTime Began = DateTime.UnixEpoch.AddYears(56);
    private static readonly long From = TicksOf(Began.AddSeconds(3));
    private static readonly long To = TicksOf(Began.AddSeconds(50).AddTicks(7));

    private readonly Random _random = new(20261201);

    [Fact]
    public void A_heat_map_of_spans_counts_what_is_exported()
    {
        var store = Given.StoreOf([.. Enumerable.Range(0, 500).Select(_ => RandomSpan(default))]);

        var map = HeatMap.OfSpans(store, Given.Filter("name:sale"), From, To, Columns, CancellationToken.None);

        var spans = FilterOracleTests.Export(store, isOfSpans: true).Select(one => one.Record).Where(span => span.GetProperty("name").GetString() == "sale");
        Compare(map, [.. spans.Select(span => (StartOf(span), EndOf(span) - StartOf(span), IsError(span)))]);
    }

    [Fact]
    public void A_heat_map_of_traces_counts_what_is_exported_and_the_list_is_of_the_durations_that_were_asked_for()
    {
        List<Activity> ended = [];
        for (var i = 0; i < 200; i++)
        {
            var root = RandomSpan(TraceTreeTests.NewTrace());
            ended.AddRange(Enumerable.Range(0, _random.Next(3)).Select(_ => RandomSpan(root.Context)).Append(root));
        }
        var store = Given.StoreOf([.. ended]);
        var map = new HeatMap(From, To, Columns);
        var (shortest, longest) = (TimeSpan.FromMilliseconds(20).Ticks, TimeSpan.FromMilliseconds(700).Ticks);

        var listed = new TraceSearch("app.module").Run(
            store, new(Given.Filter("-name:refund"), From, To - 1, TraceOrder.Start, 1000, null) { Shortest = shortest, Longest = longest }, out _, CancellationToken.None, map);

        var traces = FilterOracleTests.Export(store, isOfSpans: true).Select(one => one.Record).GroupBy(span => span.GetProperty("traceId").GetString()!)
            .Where(trace => trace.All(span => span.GetProperty("name").GetString() != "refund"))
            .Select(trace => (Id: trace.Key, Start: trace.Min(StartOf), Duration: trace.Max(EndOf) - trace.Min(StartOf), IsError: trace.Any(IsError))).ToList();
        Compare(map, [.. traces.Select(trace => (trace.Start, trace.Duration, trace.IsError))]);
        listed.Select(trace => trace.Trace.ToString()).ShouldBe(
            traces.Where(trace => trace.Start >= From && trace.Start < To && trace.Duration >= shortest && trace.Duration <= longest).Select(trace => trace.Id), ignoreOrder: true);
    }

    [Fact]
    public void Log_records_are_counted_by_level_as_they_are_exported()
    {
        var levels = new[] { "trace", "debug", "info", "warn", "error", "fatal" };
        var store = Given.StoreOf([.. Enumerable.Range(0, 500).Select(_ => Given.Line(
            _random.Next(3) == 0 ? "refund" : "sale", levels[_random.Next(levels.Length)], time: Began.AddMilliseconds(_random.Next(60_000))))]);

        var counts = LogCounts.Make(store, Given.Filter("-name:refund"), From, To, Columns, CancellationToken.None);

        var lines = FilterOracleTests.Export(store, isOfSpans: false).Select(one => one.Record)
            .Where(line => line.GetProperty("body").GetProperty("stringValue").GetString() == "sale")
            .Select(line => (Time: Ticks(line, "timeUnixNano"), Level: line.GetProperty("severityText").GetString()!)).Where(line => line.Time >= From && line.Time < To).ToList();
        var cells = from column in Enumerable.Range(0, Columns) from level in Enumerable.Range(0, levels.Length) select (column, level);
        cells.Select(cell => counts[cell.column, cell.level]).ShouldBe(cells.Select(cell =>
            lines.Count(line => line.Level == levels[cell.level] && line.Time >= counts.StartOf(cell.column) && line.Time < counts.StartOf(cell.column + 1))));
        (counts.Total, counts.Most).ShouldBe((lines.Count, Enumerable.Range(0, Columns).Max(counts.CountOf)));
        Enumerable.Range(0, levels.Length).Select(counts.CountOfLevel).ShouldBe(levels.Select(level => lines.Count(line => line.Level == level)));
    }

    [Fact]
    public void Columns_and_rows_join_without_gap_or_overlap()
    {
        var map = new HeatMap(From, To, Columns);

        map.StartOf(0).ShouldBe(From);
        map.StartOf(Columns).ShouldBe(To);
        for (var column = 0; column < Columns; column++)
        {
            map.Add(map.StartOf(column), 7, isError: false);
            map.Add(map.StartOf(column + 1) - 1, 7, isError: false);
            map.Count(column, map.FirstRow).ShouldBe(2, $"column {column}");
        }
        for (var row = 0; row < 80; row++)
        {
            HeatMap.UpperOf(row).ShouldBeGreaterThanOrEqualTo(HeatMap.LowerOf(row));
            HeatMap.LowerOf(row + 1).ShouldBe(HeatMap.UpperOf(row) + 1);
        }
        map.Add(From, long.MaxValue, isError: false);
        HeatMap.UpperOf(map.LastRow).ShouldBe(long.MaxValue);
    }

    private static void Compare(HeatMap map, List<(long Start, long Duration, bool IsError)> all)
    {
        var expected = all.Where(one => one.Start >= From && one.Start < To).ToList();
        expected.Count.ShouldBeGreaterThan(50);
        expected.Count.ShouldBeLessThan(all.Count);
        var cells = (from column in Enumerable.Range(0, Columns) from row in Enumerable.Range(map.FirstRow, map.LastRow - map.FirstRow + 1) select (column, row)).ToList();
        cells.Select(cell => map.Count(cell.column, cell.row)).ShouldBe(cells.Select(cell => InCell(cell).Count()));
        cells.Select(cell => map.Errors(cell.column, cell.row)).ShouldBe(cells.Select(cell => InCell(cell).Count(one => one.IsError)));
        map.Most.ShouldBe(cells.Max(cell => InCell(cell).Count()));
        (map.Durations.Total, map.Failed.Total).ShouldBe((expected.Count, expected.Count(one => one.IsError)));
        var buckets = Enumerable.Range(1, DurationCounts.Buckets - 1);
        buckets.Select(bucket => map.Durations[bucket]).ShouldBe(
            buckets.Select(bucket => expected.Count(one => one.Duration > DurationCounts.UpperOf(bucket - 1) && one.Duration <= DurationCounts.UpperOf(bucket))));

        IEnumerable<(long Start, long Duration, bool IsError)> InCell((int Column, int Row) cell) => expected.Where(one =>
            one.Start >= map.StartOf(cell.Column) && one.Start < map.StartOf(cell.Column + 1)
            && one.Duration >= HeatMap.LowerOf(cell.Row) && one.Duration <= HeatMap.UpperOf(cell.Row));
    }

    private Activity RandomSpan(ActivityContext parent) => Given.Span(
        _random.Next(4) == 0 ? "refund" : "sale", milliseconds: Math.Exp(_random.NextDouble() * 9), start: Began.AddTicks(_random.NextInt64(60 * TimeSpan.TicksPerSecond)),
        parent: parent, set: span => span.SetStatus(_random.Next(5) == 0 ? ActivityStatusCode.Error : ActivityStatusCode.Unset));

    private static bool IsError(JsonElement span) => span.GetProperty("status").TryGetProperty("code", out var code) && code.GetInt32() == 2;

    private static long StartOf(JsonElement span) => Ticks(span, "startTimeUnixNano");

    private static long EndOf(JsonElement span) => Ticks(span, "endTimeUnixNano");

    private static long Ticks(JsonElement record, string name) => long.Parse(record.GetProperty(name).GetString()!, CultureInfo.InvariantCulture) / 100;

    private static long TicksOf(DateTime time) => time.Ticks - DateTime.UnixEpoch.Ticks;
}
