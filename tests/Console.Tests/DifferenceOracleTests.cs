using System.Globalization;
using System.Text.Json;
using Observability.Console.Queries;
using Observability.Console.Queries.Differing;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

/// <summary>Random traces and selections: what differs is what counting the exported OTLP JSON says, and each term finds as many traces.</summary>
public sealed class DifferenceOracleTests
{
    private const int Traces = 400;
    private const int Selections = 60;

    private static readonly string[] Texts = ["sale", "refund", "Käse", "\"quoted\"", "back\\slash", "two words", "", "-7", "a:b"];
    private static readonly string[] Keys = ["till", "clerk", "a key", "app.module", "\"odd\""];

    private readonly Random _random = new(20261130);

    [Fact]
    public void Counts_are_those_of_the_exported_JSON()
    {
        var store = Store();
        var exported = ExportedSpans.Of(store).GroupBy(one => one.Span.GetProperty("traceId").GetString()!).ToList();
        var listed = 0;
        for (var i = 0; i < Selections; i++)
        {
            var (filter, selected) = (RandomTerm(), RandomTerm());
            var query = new DifferenceQuery(Given.Filter(i % 2 == 0 ? "" : filter.ToString()), 0, long.MaxValue, new(Given.Filter(selected.ToString())));

            var found = DifferenceSearch.Run(store, query, CancellationToken.None);

            var all = exported.Where(trace => i % 2 == 0 || Holds(filter, trace)).ToList();
            var (chosen, rest) = (all.Where(trace => Holds(selected, trace)).ToList(), all.Where(trace => !Holds(selected, trace)).ToList());
            (found.Selected, found.Rest).ShouldBe((chosen.Count, rest.Count), selected.ToString());
            var (inChosen, inRest) = (CountOf(chosen), CountOf(rest));
            var expected = inChosen.Keys.Union(inRest.Keys).Where(pair => IsListed(selected, pair.Key))
                .Select(pair => (pair.Key, pair.Value, Chosen: inChosen.GetValueOrDefault(pair), Others: inRest.GetValueOrDefault(pair)))
                .Where(pair => LowerBound(pair.Chosen, chosen.Count, pair.Others, rest.Count) >= 0.01
                    && ((double)pair.Chosen / chosen.Count > (double)pair.Others / rest.Count ? pair.Chosen : pair.Others) > 1).ToList();
            var actual = found.Attributes.SelectMany(one => one.Values).Select(value => (value.Attribute, value.Value, value.Selected, value.Rest)).ToList();
            actual.Except(expected).ShouldBeEmpty(selected.ToString());
            found.Attributes.SelectMany(one => one.Same).Select(value => (value.Attribute, value.Value, value.Selected, value.Rest)).Except(expected).ShouldBeEmpty();
            found.Attributes.Select(one => one.Attribute).Concat(found.Attributes.SelectMany(one => one.Same).Select(value => value.Attribute)).Order(StringComparer.Ordinal)
                .ShouldBe(expected.Select(pair => pair.Key).Distinct().Order(StringComparer.Ordinal), selected.ToString());
            listed += actual.Count;
        }
        listed.ShouldBeGreaterThan(Selections, "selections that find nothing say little");
    }

    [Fact]
    public void A_values_terms_find_the_traces_that_were_counted()
    {
        var store = Store();
        HashSet<string> values = [];
        for (var i = 0; i < Selections; i++)
        {
            var (filter, selected) = (i % 3 == 0 ? RandomTerm().ToString() : "", RandomTerm().ToString());

            var found = DifferenceSearch.Run(store, new(Given.Filter(filter), 0, long.MaxValue, new(Given.Filter(selected))), CancellationToken.None);

            foreach (var value in found.Attributes.SelectMany(one => one.Values.Concat(one.Same)))
            {
                var query = new TraceQuery(Given.Filter(filter.Length == 0 ? value.Filter! : $"{filter} & {value.Filter}"), 0, long.MaxValue, TraceOrder.Start, Traces, After: null);
                new TraceSearch("app.module").Run(store, query, out _, CancellationToken.None).Count.ShouldBe(value.Selected + value.Rest, value.Filter);
                values.Add(value.Value);
            }
        }
        Texts.Except(values).ShouldBeEmpty("each of them is to be found again");
    }

    private SegmentStore Store()
    {
        var store = Given.Store(16 * Segment.Cost);
        for (var i = 0; i < Traces; i++)
        {
            // Some traces are of one kind, so that there is something to find.
            var kind = _random.Next(2) == 0 ? Texts[_random.Next(Texts.Length)] : null;
            var root = Span(default, kind);
            for (var children = _random.Next(4); children > 0; children--)
                store.Append(Span(root.Context, kind), Given.SpanCodec).ShouldBeTrue();
            store.Append(root, Given.SpanCodec).ShouldBeTrue();
        }
        return store;
    }

    private Activity Span(ActivityContext parent, string? kind) => Given.Span(
        kind is null ? OneOf(Texts[..3]) : "sale", (ActivityKind)_random.Next(5), _random.Next(kind is null ? 600 : 1000), parent: parent, set: span =>
    {
        foreach (var key in Keys)
        {
            if (_random.Next(3) > 0)
                span.SetTag(key, _random.Next(5) switch { 0 => _random.Next(2) == 0, 1 => _random.Next(-3, 6), _ => kind ?? OneOf(Texts) });
        }
        if (_random.Next(2) == 0)
            span.SetTag("bytes", _random.NextDouble() * 3000);
        span.SetStatus((ActivityStatusCode)(kind is null ? _random.Next(2) : _random.Next(3)));
    });

    private OracleTerm RandomTerm() => _random.Next(6) switch
    {
        0 => new("duration", OneOf([">", "<="]), OneOf(["100ms", "500ms", "900ms"]), IsNegated: false),
        1 => new("status", ":", OneOf(["error", "ok"]), _random.Next(3) == 0),
        2 => new("name", ":", OneOf(["sale", "refund"]), _random.Next(3) == 0),
        _ => new($"attr.{OneOf(["till", "clerk"])}", ":", OneOf([.. Texts, "true", "*"]), _random.Next(3) == 0),
    };

    // A trace matches by one span, and is left out by one span that has what is negated.
    private static bool Holds(OracleTerm term, IEnumerable<(string Scope, JsonElement Span)> trace) =>
        term.IsNegated ? trace.All(one => term.Holds(one.Span, one.Scope)) : trace.Any(one => term.Holds(one.Span, one.Scope));

    private static bool IsListed(OracleTerm selected, string key) => selected.IsNegated || (selected.Field != key && selected.Field != $"attr.{key}");

    private static Dictionary<(string Key, string Value), int> CountOf(IEnumerable<IEnumerable<(string Scope, JsonElement Span)>> traces) =>
        traces.SelectMany(trace => trace.SelectMany(one => PairsOf(one.Span)).Distinct()).CountBy(pair => pair).ToDictionary();

    private static IEnumerable<(string Key, string Value)> PairsOf(JsonElement span)
    {
        yield return ("name", span.GetProperty("name").GetString()!);
        yield return ("status", span.GetProperty("status").TryGetProperty("code", out var code) ? code.GetInt32() == 2 ? "error" : "ok" : "unset");
        if (!span.TryGetProperty("attributes", out var attributes))
            yield break;
        foreach (var one in attributes.EnumerateArray())
        {
            var value = one.GetProperty("value").EnumerateObject().Single();
            yield return (one.GetProperty("key").GetString()!, value.Name == "doubleValue" ? RangeOf(value.Value.GetDouble()) : value.Value.ToString() is var text
                && value.Name == "boolValue" ? text.ToLowerInvariant() : text);
        }
    }

    private static string RangeOf(double number)
    {
        double[] bounds = [0, 1e-6, 2e-6, 5e-6, .. Enumerable.Range(-5, 20).SelectMany(power => new[] { 1, 2, 5 }.Select(step => double.Parse($"{step}e{power}", CultureInfo.InvariantCulture)))];
        var above = Array.FindIndex(bounds, bound => bound > number);
        return string.Create(CultureInfo.InvariantCulture, $"{bounds[above - 1]:0.######} … {bounds[above]:0.######}");
    }

    // Newcombe's bound in the form of the paper, from the roots of |p − θ| = z √(θ(1 − θ)/n).
    private static double LowerBound(int one, int ofOne, int other, int ofOther)
    {
        if (ofOne == 0 || ofOther == 0)
            return 0;
        var ((p1, n1), (p2, n2)) = ((double)one / ofOne, ofOne) is var first && ((double)other / ofOther, ofOther) is var second && first.Item1 >= second.Item1
            ? (first, second) : (((double)other / ofOther, ofOther), ((double)one / ofOne, ofOne));
        var (l1, u2) = (Roots(p1, n1).Low, Roots(p2, n2).High);
        return p1 - p2 - Math.Sqrt(Math.Pow(p1 - l1, 2) + Math.Pow(u2 - p2, 2));
    }

    private static (double Low, double High) Roots(double p, double n)
    {
        const double z = 4;
        var (centre, width) = (p + (z * z / (2 * n)), z * Math.Sqrt((p * (1 - p) / n) + (z * z / (4 * n * n))));
        return ((centre - width) / (1 + (z * z / n)), (centre + width) / (1 + (z * z / n)));
    }

    private T OneOf<T>(T[] all) => all[_random.Next(all.Length)];
}
