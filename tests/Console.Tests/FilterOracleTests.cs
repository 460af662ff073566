using System.Buffers;
using System.Text.Json;
using Observability.Console.Filtering;
using Observability.Console.Otlp;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

/// <summary>Random filters over random records: what the console finds in its encoding is what the exported OTLP JSON says.</summary>
public sealed class FilterOracleTests
{
    private const int Records = 300;
    private const int Filters = 600;

    private static readonly string[] Words = ["sale", "Sale", "refund", "", "Käse", "\"quoted\"", "back\\slash", "7", "true", "a long text with sale in it"];
    private static readonly string[] Keys = ["module", "app.module", "till", "clerk", "durationMs"];
    private static readonly string[] Levels = ["trace", "debug", "info", "warn", "error", "fatal"];
    private static readonly string[] Orders = ["<", "<=", ">", ">="];

    private readonly Random _random = new(20261130);

    [Fact]
    public void Spans_are_found_as_the_exported_JSON_says()
    {
        var store = Given.StoreOf([.. Enumerable.Range(0, Records).Select(_ => RandomSpan())]);
        var exported = Export(store, isOfSpans: true);

        Compare(exported, filter =>
        {
            using var view = store.Read();
            return [.. view.Segments.SelectMany(segment => Enumerable.Range(0, segment.Count).Select(i => filter.Matches(new SpanRecord(segment[i]))))];
        });
    }

    [Fact]
    public void Log_records_are_found_as_the_exported_JSON_says()
    {
        var store = Given.StoreOf([.. Enumerable.Range(0, Records).Select(_ => RandomLine())]);
        var exported = Export(store, isOfSpans: false);

        Compare(exported, filter =>
        {
            using var view = store.Read();
            return [.. view.Segments.SelectMany(segment => Enumerable.Range(0, segment.Count).Select(i => filter.Matches(new LogRecord(segment[i]))))];
        });
    }

    private void Compare(List<(string Scope, JsonElement Record)> exported, Func<Filter, bool[]> find)
    {
        exported.Count.ShouldBe(Records);
        var found = 0;
        for (var i = 0; i < Filters; i++)
        {
            OracleTerm[] terms = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => RandomTerm())];
            var text = string.Join(' ', terms.AsEnumerable());
            bool[] expected = [.. exported.Select(one => terms.All(term => term.Holds(one.Record, one.Scope)))];

            var actual = find(Given.Filter(text));

            exported.Where((_, place) => actual[place] != expected[place]).Select(one => one.Record.ToString()).ShouldBeEmpty(text);

            found += expected.Count(yes => yes);
        }
        found.ShouldBeInRange(Filters * Records / 50, Filters * Records / 2, "a filter that finds nothing or all says little");
    }

    internal static List<(string Scope, JsonElement Record)> Export(SegmentStore store, bool isOfSpans)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var document = new OtlpDocument(output, [new("service.name", "Tills")], isOfSpans))
        {
            using var view = store.Read();
            foreach (var segment in view.Segments)
            {
                for (var i = 0; i < segment.Count; i++)
                {
                    if (isOfSpans)
                        document.Add(new SpanRecord(segment[i]));
                    else
                        document.Add(new LogRecord(segment[i]));
                }
            }
            document.End();
        }
        var resource = JsonElement.Parse(output.WrittenSpan).GetProperty(isOfSpans ? "resourceSpans" : "resourceLogs")[0];
        return
        [
            .. from scope in resource.GetProperty(isOfSpans ? "scopeSpans" : "scopeLogs").EnumerateArray()
               from record in scope.GetProperty(isOfSpans ? "spans" : "logRecords").EnumerateArray()
               select (scope.GetProperty("scope").GetProperty("name").GetString()!, record),
        ];
    }

    private OracleTerm RandomTerm()
    {
        var isNegated = _random.Next(4) == 0;
        return _random.Next(9) switch
        {
            0 => new("", ":", OneOf(["sale", "SALE", "käse", "7", "quoted", "tills"]), isNegated),
            1 => new("name", ":", OneOf(["sale", "REFUND", "*", "\"quoted\""]), isNegated),
            2 => new("source", ":", OneOf(["tills.sales", "Tills.Drawer", "*"]), isNegated),
            3 => new("kind", ":", OneOf(["server", "client", "internal"]), isNegated),
            4 => new("level", OneOf([":", .. Orders]), OneOf(Levels), isNegated),
            5 => new("status", ":", OneOf(["error", "ok", "unset"]), isNegated),
            6 => new("duration", OneOf(Orders), $"{OneOf(["0", "7", "100.5", "250"])}ms", isNegated),
            7 => new("module", ":", OneOf(["sale", "7", "TRUE", "*"]), isNegated),
            _ when _random.Next(2) == 0 => new($"attr.{OneOf(Keys)}", OneOf(Orders), OneOf(["0", "7", "100.5", "-3"]), isNegated),
            _ => new($"attr.{OneOf(Keys)}", ":", OneOf(["*", "7", "true", "Sale", "käse", "back\\slash", "a long text with sale in it"]), isNegated),
        };
    }

    private Activity RandomSpan() => Given.Span(OneOf(Words[..3]), (ActivityKind)_random.Next(5), OneOf([0, 7, 7.5, 100.5, 250, 1000]), set: span =>
    {
        for (var i = _random.Next(5); i > 0; i--)
            span.SetTag(OneOf(Keys), RandomValue());
        if (_random.Next(3) > 0)
            span.SetStatus((ActivityStatusCode)_random.Next(3), OneOf(Words));
        if (_random.Next(5) == 0)
            span.AddEvent(new(OneOf(Words), tags: new() { ["till"] = 7 })).AddLink(new(new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), default)));
    });

    private byte[] RandomLine() => Given.Line(OneOf(Words), OneOf(Levels), OneOf(["Tills.Sales", "Tills.Drawer"]), _random.Next(2) == 0 ? "sale.made" : null,
        members: string.Join(',', Enumerable.Range(0, _random.Next(5)).Select(_ => $"{JsonSerializer.Serialize(OneOf(Keys))}:{JsonSerializer.Serialize(RandomValue())}")));

    private object RandomValue() => _random.Next(6) switch
    {
        0 => 7,
        1 => 100.5,
        2 => _random.Next(2) == 0,
        3 => -3L,
        _ => OneOf(Words),
    };

    private T OneOf<T>(T[] all) => all[_random.Next(all.Length)];
}
